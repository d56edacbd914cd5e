/** Waits are said as honest ranges: run by `node --test`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wait } from '../src/words/wait.ts'

test('nobody waits: no wait', () => {
  assert.deepEqual(wait(0, 0), { key: 'wait.none' })
})

test('up to two minutes is said as a bound', () => {
  assert.deepEqual(wait(20, 50), { key: 'wait.under', n: 1 })
  assert.deepEqual(wait(60, 110), { key: 'wait.under', n: 2 })
})

test('minutes are a range from half of the visitors to nine in ten', () => {
  assert.deepEqual(wait(12 * 60, 17.2 * 60), { key: 'wait.range', low: 12, high: 18 })
})

test('beyond half an hour fives are exact enough', () => {
  assert.deepEqual(wait(31 * 60, 44 * 60), { key: 'wait.range', low: 30, high: 45 })
})

test('long waits are said in half hours', () => {
  assert.deepEqual(wait(80 * 60, 100 * 60), { key: 'wait.hours', low: 1, high: 2 })
})

test('a certain long wait is still a range', () => {
  assert.deepEqual(wait(2 * 3600, 2 * 3600), { key: 'wait.hours', low: 2, high: 2.5 })
})

test('the range covers both figures, whatever they are', () => {
  for (let p50 = 0; p50 < 4 * 3600; p50 += 37) {
    for (const factor of [1, 1.3, 2, 3]) {
      const said = wait(p50, p50 * factor)
      if (!('low' in said)) continue
      const unit = said.key === 'wait.hours' ? 3600 : 60
      assert.ok(said.low < said.high)
      assert.ok(said.high * unit >= p50 * factor, `${p50} × ${factor}`)
      assert.ok(said.low * unit <= Math.max(p50, unit), `${p50} × ${factor}`)
    }
  }
})
