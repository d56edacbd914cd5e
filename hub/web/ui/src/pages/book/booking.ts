/** Speaks with the hub about visits: what can be booked, and the one that this page's token opens. */
import { reactive } from 'vue'
import { ask, command, Refusal, request, streamOf } from '../../api/client'
import type { Appointment, Bookable, Booking, Slot, Slots } from '../../api/types'
import { setHubTime } from '../../live/clock'

const [first, second = ''] = location.pathname.split('/').filter(Boolean)
/** Opens a booked visit; empty where one is still to be booked. */
export const token = first === 'b' ? second : ''
const path = `/b/${encodeURIComponent(token)}`
export const codePicture = streamOf(`${path}/code.svg`)

export const held = reactive({
  visit: undefined as Booking | undefined,
  state: 'loading' as 'loading' | 'found' | 'unknown' | 'unreachable',
})

function show(visit: Booking): void {
  setHubTime(visit.at)
  held.visit = visit
  held.state = 'found'
}

/** Asks how the visit stands; what is known stays when the hub cannot be reached. */
export async function look(): Promise<void> {
  try {
    show(await ask<Booking>(`${path}/state`))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.status === 404) held.state = 'unknown'
    else if (!held.visit) held.state = 'unreachable'
  }
}

/** What the holder asks for; throws Refusal when it cannot be had. */
export async function act(what: 'move' | 'cancel' | 'check-in', body?: unknown): Promise<void> {
  const visit = await command<Booking>(`${path}/${what}`, body)
  if (visit) show(visit)
}

export async function bookable(): Promise<Bookable> {
  const answer = await ask<Bookable>('/bookings/services')
  setHubTime(answer.at)
  return answer
}

export async function slotsOf(service: string, day: string): Promise<Slot[]> {
  const asked = new URLSearchParams({ service, day })
  return (await ask<Slots>(`/bookings/slots?${asked.toString()}`)).slots
}

/** The nearest free slots on these days, looked through in order. */
export async function nextFree(
  service: string,
  days: readonly string[],
  wanted: string,
  most = 3,
): Promise<Slot[]> {
  const found: Slot[] = []
  for (const day of days) {
    const slots = await slotsOf(service, day)
    found.push(...slots.filter(({ at, free }) => free > 0 && Date.parse(at) > Date.parse(wanted)))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

/** Books, and tells the path of the visit's own page. `key` makes a second press the same deed. */
export async function book(service: string, slot: string, key: string): Promise<string> {
  const booked = await request<Appointment>('POST', '/bookings', { service, slot }, key)
  return new URL(booked?.url ?? '', location.href).pathname
}
