/** Which report the page asks for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, fromAddress, hasBegun, routeOf, step, toAddress } from '../src/pages/reports/period.ts'

const TODAY = '2026-03-02' // a Monday

test('an address without a period means today', () => {
  assert.deepEqual(fromAddress('', TODAY), { kind: 'day', day: TODAY })
  assert.deepEqual(fromAddress('?kind=year&day=soon', TODAY), { kind: 'day', day: TODAY })
  assert.deepEqual(fromAddress('?day=2026-13-40', TODAY), { kind: 'day', day: TODAY })
})

test('an address leads back to the period that it was made of', () => {
  const period = { kind: 'week', day: '2026-02-18' } as const
  assert.deepEqual(fromAddress(toAddress(period), TODAY), period)
})

test('the hub is asked for a day, a week by any of its days, and a month by its name', () => {
  assert.equal(routeOf({ kind: 'day', day: TODAY }), '/reports/day/2026-03-02')
  assert.equal(routeOf({ kind: 'week', day: TODAY }), '/reports/week/2026-03-02')
  assert.equal(routeOf({ kind: 'month', day: TODAY }), '/reports/month/2026-03')
})

test('the day is the hall’s, wherever the browser is', () => {
  const evening = new Date('2026-03-01T20:00:00Z')
  assert.equal(dayOf(evening, 'Asia/Shanghai'), '2026-03-02')
  assert.equal(dayOf(evening, 'America/New_York'), '2026-03-01')
})

test('one steps over the ends of months and years', () => {
  assert.equal(step({ kind: 'day', day: '2026-03-01' }, -1).day, '2026-02-28')
  assert.equal(step({ kind: 'week', day: '2025-12-29' }, 1).day, '2026-01-05')
  assert.equal(step({ kind: 'month', day: '2026-01-31' }, 1).day, '2026-02-01')
  assert.equal(step({ kind: 'month', day: '2026-03-31' }, -1).day, '2026-02-01')
})

test('a period is there as soon as it has begun', () => {
  assert.ok(hasBegun({ kind: 'week', day: '2026-03-08' }, TODAY))
  assert.ok(!hasBegun({ kind: 'week', day: '2026-03-09' }, TODAY))
  assert.ok(hasBegun({ kind: 'month', day: '2026-03-31' }, TODAY))
  assert.ok(!hasBegun({ kind: 'day', day: '2026-03-03' }, TODAY))
})
