/** Booked times are told by the hall's clock, wherever the phone is: run by `node --test`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byPartOfDay, clockIn, dayInShort, dayInWords, dayOf } from '../src/words/slot.ts'

const SHANGHAI = 'Asia/Shanghai'
const slot = (at: string) => ({ at, free: 1, quiet: false })

test('a slot has the clock and the day of the hall', () => {
  assert.equal(clockIn('2026-11-25T16:30:00.000Z', SHANGHAI), '00:30')
  assert.equal(dayOf('2026-11-25T16:30:00.000Z', SHANGHAI), '2026-11-26')
  assert.equal(dayOf('2026-11-25T16:30:00.000Z', 'UTC'), '2026-11-25')
})

test('a day is written in the reader’s language and is not moved by a time zone', () => {
  assert.match(dayInWords('2026-11-25', 'zh'), /11月25日.*星期三/)
  assert.match(dayInWords('2026-11-25', 'en'), /Wednesday.*25 November/)
  assert.deepEqual(dayInShort('2026-11-25', 'zh'), { weekday: '周三', date: '11月25日' })
})

test('slots are told by part of the day, in order, without empty parts', () => {
  const parts = byPartOfDay(
    ['01:00', '03:59', '04:00', '10:00'].map((time) => slot(`2026-11-25T${time}:00.000Z`)),
    SHANGHAI,
  )
  assert.deepEqual(
    parts.map(({ part, slots }) => [part, slots.length]),
    [
      ['morning', 2],
      ['afternoon', 1],
      ['evening', 1],
    ],
  )
  assert.deepEqual(byPartOfDay([], SHANGHAI), [])
})
