import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from '../src/board/heads.ts'
import { flaw, meet, withCorner } from '../src/board/polygon.ts'

const SQUARE: Point[] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
]

test('a square is in order, whichever way round and from whichever corner', () => {
  for (let start = 0; start < 4; start += 1) {
    const turned = [...SQUARE.slice(start), ...SQUARE.slice(0, start)]
    assert.equal(flaw(turned), undefined)
    assert.equal(flaw(turned.toReversed()), undefined)
  }
})

test('a bow tie crosses itself', () => {
  const [a, b, c, d] = SQUARE as [Point, Point, Point, Point]
  assert.equal(flaw([a, c, b, d]), 'crosses')
})

test('a hollow corner is no crossing', () => {
  assert.equal(flaw([...SQUARE, [0.5, 0.5]]), undefined)
})

test('a corner on another side touches, which is refused too', () => {
  assert.equal(flaw([...SQUARE, [0.9, 0.5]]), 'crosses')
})

test('two corners, or three in a line, enclose nothing', () => {
  assert.equal(flaw(SQUARE.slice(0, 2)), 'corners')
  assert.equal(flaw([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]]), 'flat')
})

test('segments that end before they meet do not meet', () => {
  assert.equal(meet([0, 0], [1, 0], [0.5, 0.1], [0.5, 1]), false)
  assert.equal(meet([0, 0], [1, 0], [0.5, -1], [0.5, 1]), true)
  assert.equal(meet([0, 0], [1, 0], [1, 0], [1, 1]), true)
})

test('a new corner goes into the middle of the longest side and keeps the shape', () => {
  const wide: Point[] = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.3],
    [0.1, 0.3],
  ]
  assert.deepEqual(withCorner(wide).slice(0, 3), [
    [0.1, 0.1],
    [0.5, 0.1],
    [0.9, 0.1],
  ])
})
