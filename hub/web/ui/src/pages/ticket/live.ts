/** The visitor's own ticket, live: found by the token in the address. */
import { reactive } from 'vue'
import { ask, command, Refusal, streamOf } from '../../api/client'
import type { VisitorTicket } from '../../api/types'
import { now } from '../../live/clock'
import { type Connection, openStream } from '../../live/stream'

export const token = location.pathname.split('/').filter(Boolean).at(-1) ?? ''
const path = `/t/${encodeURIComponent(token)}`

export const visit = reactive({
  ticket: undefined as VisitorTicket | undefined,
  state: 'loading' as 'loading' | 'found' | 'unknown' | 'unreachable',
  connection: 'connecting' as Connection,
  heardAt: now(),
})

function show(ticket: VisitorTicket): void {
  visit.ticket = ticket
  visit.state = 'found'
  visit.heardAt = now()
}

async function check(): Promise<void> {
  try {
    show(await ask<VisitorTicket>(`${path}/state`))
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) {
      visit.state = 'unknown'
      return
    }
    if (!visit.ticket) visit.state = 'unreachable'
    throw error
  }
}

/** Asks once, then listens; a code that nobody knows is not asked again. */
export async function follow(): Promise<void> {
  await check().catch(() => undefined)
  if (visit.state === 'unknown' || visit.state === 'unreachable') return
  openStream({
    url: streamOf(`${path}/events`),
    on: { ticket: (data) => show(data as VisitorTicket) },
    connection: (state) => {
      visit.connection = state
    },
    check,
  })
}

/** What the holder asks for; throws Refusal when it can no longer be had. */
export async function act(
  what: 'cancel' | 'hold' | 'resume' | 'divert' | 'rate',
  body?: unknown,
): Promise<void> {
  const ticket = await command<VisitorTicket>(`${path}/${what}`, body)
  if (ticket) show(ticket)
}
