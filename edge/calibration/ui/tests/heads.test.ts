import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moved, nearest, type Point, toggled } from '../src/board/heads.ts'

const SIZE = { width: 1000, height: 500 }

test('a click adds a mark, a click on the mark removes it', () => {
  const once = toggled([], [0.5, 0.5], SIZE, 11)
  assert.deepEqual(once, [[0.5, 0.5]])
  assert.deepEqual(toggled(once, [0.505, 0.5], SIZE, 11), [])
})

test('a click beside a mark adds another', () => {
  assert.equal(toggled([[0.5, 0.5]], [0.52, 0.5], SIZE, 11).length, 2)
})

test('reach is measured on the screen, not in shares of the picture', () => {
  const marks: Point[] = [[0.5, 0.5]]
  assert.equal(nearest(marks, [0.51, 0.5], SIZE, 11), 0)
  assert.equal(nearest(marks, [0.5, 0.53], SIZE, 11), -1)
})

test('of two marks in reach the nearer one goes', () => {
  const marks: Point[] = [
    [0.5, 0.5],
    [0.508, 0.5],
  ]
  assert.deepEqual(toggled(marks, [0.507, 0.5], SIZE, 11), [[0.5, 0.5]])
})

test('arrows move the cursor by pixels and never out of the picture', () => {
  assert.deepEqual(moved([0.5, 0.5], 'ArrowRight', false, SIZE), [0.502, 0.5])
  assert.deepEqual(moved([0.5, 0.5], 'ArrowDown', true, SIZE), [0.5, 0.54])
  assert.deepEqual(moved([0, 0], 'ArrowLeft', true, SIZE), [0, 0])
  assert.equal(moved([0.5, 0.5], 'x', false, SIZE), undefined)
})
