/** The chart of arrivals cuts nothing off and points at the hour that is still to come: run by `node --test`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busiestHour, top } from '../src/pages/dashboard/arrivals.ts'

const MORNING = Date.parse('2026-03-02T01:00:00Z')
const QUARTER_MS = 900_000

interface Step {
  at: string
  usual: number
  expected: number
  low: number
  high: number
  came: number | null
}

const day = (expected: number[]): Step[] =>
  expected.map((visitors, index) => ({
    at: new Date(MORNING + index * QUARTER_MS).toISOString(),
    usual: visitors,
    expected: visitors,
    low: visitors / 2,
    high: visitors * 2,
    came: null,
  }))

test('the top holds the range and whoever came', () => {
  assert.equal(top(day([1, 5])), 12)
  assert.equal(top(day([1, 5]).map((step) => ({ ...step, came: 21 }))), 24)
  assert.equal(top([]), 4)
})

test('the busiest hour is the one in which most are expected', () => {
  const steps = day([1, 1, 1, 1, 5, 5, 5, 5, 1, 1])
  assert.equal(busiestHour(steps, MORNING), steps[4]?.at)
})

test('an hour that has begun is not to come', () => {
  const steps = day([9, 9, 9, 9, 2, 2, 2, 2])
  assert.equal(busiestHour(steps, MORNING + 1), steps[1]?.at)
  assert.equal(busiestHour(steps, MORNING + 5 * QUARTER_MS), undefined)
})

test('on a day without visitors no hour is the busiest', () => {
  assert.equal(busiestHour(day([0, 0, 0, 0, 0]), MORNING), undefined)
})
