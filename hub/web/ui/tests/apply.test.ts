/** Every event changes the hall as it says, also when it comes twice: run by `node --test`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, Call, Hall, Node, Window } from '../src/api/types.ts'
import { pressing, ringing } from '../src/alerts/order.ts'
import * as apply from '../src/live/apply.ts'

const words = { zh: '', en: '' }
const hall = (): Hall => ({
  at: '2026-11-24T08:00:00.000Z',
  name: words,
  timezone: 'Asia/Shanghai',
  services: {},
  crowd: {},
  people: { cameras: {}, doubt: '' },
  zones: {},
  queues: {},
  windows: [],
  alerts: [],
  nodes: {},
  calls: [],
  announcements: [],
})
const call = (id: string, minute: number): Call => ({
  id,
  at: `2026-11-24T08:0${minute}:00.000Z`,
  number: id,
  window: 'w1',
  speech: words,
})
const alert = (id: string, state: Alert['state']): Alert => ({
  id,
  rule: 'peak',
  subject: 'waiting',
  state,
  since: '2026-11-24T08:00:00.000Z',
  value: 9,
  threshold: 5,
  advice: [],
  text: words,
  applied: false,
  kind: 'zone',
  unit: 'people',
  severity: 'warning',
  told: ['dashboard'],
  quiet: false,
})

test('calls stand newest first, each once', () => {
  const seen = hall()
  for (const one of [call('A001', 1), call('A003', 3), call('A002', 2), call('A003', 3)])
    apply.applyCall(seen, one)
  assert.deepEqual(
    seen.calls.map(({ id }) => id),
    ['A003', 'A002', 'A001'],
  )
})

test('an alert is replaced as it changes and leaves when it clears', () => {
  const seen = hall()
  apply.applyAlert(seen, alert('1', 'raised'))
  apply.applyAlert(seen, alert('1', 'acknowledged'))
  assert.deepEqual(
    seen.alerts.map(({ state }) => state),
    ['acknowledged'],
  )
  apply.applyAlert(seen, alert('1', 'cleared'))
  assert.deepEqual(seen.alerts, [])
})

test('a window is replaced in its place', () => {
  const seen = hall()
  const window = (id: string, state: Window['state']): Window => ({
    id,
    name: words,
    state,
    services: [],
    secondary: [],
    reason: '',
    closing: false,
  })
  apply.applyWindow(seen, window('w1', 'closed'))
  apply.applyWindow(seen, window('w2', 'closed'))
  apply.applyWindow(seen, window('w1', 'open'))
  assert.deepEqual(
    seen.windows.map(({ id, state }) => [id, state]),
    [
      ['w1', 'open'],
      ['w2', 'closed'],
    ],
  )
})

test('a program keeps one entry, under the name that the hub gave it', () => {
  const seen = hall()
  const node = (state: Node['state']): Node => ({
    program: 'edge',
    id: 'edge-1',
    state,
    at: '',
    version: '1',
  })
  seen.nodes = { 'edge-1': node('online') }
  apply.applyNode(seen, node('offline'))
  assert.deepEqual(Object.keys(seen.nodes), ['edge-1'])
  assert.equal(seen.nodes['edge-1']?.state, 'offline')
})

test('the unnoticed stand first, the gravest before others, and each place has its own', () => {
  const list: Alert[] = [
    { ...alert('seen', 'acknowledged'), severity: 'critical' },
    { ...alert('note', 'raised'), severity: 'info' },
    alert('plain', 'raised'),
    { ...alert('grave', 'raised'), severity: 'critical' },
    { ...alert('tablet', 'raised'), told: ['tablet'] },
  ]
  const order = pressing(list, 'dashboard').map(({ id }) => id)
  assert.deepEqual(order, ['grave', 'plain', 'note', 'seen'])
})

test('neither notes nor quiet hours ring', () => {
  const list: Alert[] = [
    { ...alert('note', 'raised'), severity: 'info' },
    { ...alert('quiet', 'raised'), quiet: true },
    alert('seen', 'acknowledged'),
    alert('rings', 'raised'),
  ]
  assert.deepEqual(
    ringing(list).map(({ id }) => id),
    ['rings'],
  )
})

test('what is announced takes the place of what was', () => {
  const seen = hall()
  apply.applyAnnouncements(seen, { texts: [{ zh: '拥挤', en: 'crowded' }] })
  assert.deepEqual(seen.announcements, [{ zh: '拥挤', en: 'crowded' }])
})
