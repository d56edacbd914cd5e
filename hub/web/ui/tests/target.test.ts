/** Waits are judged against the hall's target: run by `node --test`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { against, waitedAgainst } from '../src/words/target.ts'

const queue = (p50: number, p90: number, windows = 1, waiting = 1) => ({
  waiting,
  windows,
  wait_p50_s: p50,
  wait_p90_s: p90,
})

test('a wait that nine in ten keep is calm, and worse step by step', () => {
  assert.deepEqual(
    [queue(60, 120), queue(60, 121), queue(121, 200), queue(240, 300), queue(241, 300)].map((each) =>
      against(each, 120),
    ),
    ['calm', 'busy', 'crowded', 'crowded', 'critical'],
  )
})

test('people whom no window can serve are critical, and without any the service rests', () => {
  assert.equal(against(queue(0, 0, 0, 1), 120), 'critical')
  assert.equal(against(queue(0, 0, 0, 0), 120), 'off')
})

test('someone’s own wait grows worse towards the target and beyond it', () => {
  assert.deepEqual(
    [600, 601, 1200, 1201, 2401].map((waited) => waitedAgainst(waited, 1200)),
    ['calm', 'busy', 'busy', 'crowded', 'critical'],
  )
})
