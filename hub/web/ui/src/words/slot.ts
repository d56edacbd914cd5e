/** Times of booked visits in words, by the hall's own clock wherever the phone is. */
import type { Slot } from '../api/types'

export type PartOfDay = 'morning' | 'afternoon' | 'evening'

const NOON_H = 12
const EVENING_H = 18
const tag = (language: string): string => (language === 'zh' ? 'zh-CN' : 'en-GB')

/** "09:30" in the hall. */
export const clockIn = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(
    new Date(at),
  )

/** The hall's day on which a moment lies, as "2026-11-25". */
export const dayOf = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone,
  }).format(new Date(at))

/** "11月25日 星期三" of the day "2026-11-25". */
export const dayInWords = (day: string, language: string): string =>
  new Intl.DateTimeFormat(tag(language), {
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`))

/** The same, short enough for a row of choices: weekday and date apart. */
export function dayInShort(day: string, language: string): { weekday: string; date: string } {
  const say = (form: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(tag(language), { ...form, timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    )
  return { weekday: say({ weekday: 'short' }), date: say({ month: 'short', day: 'numeric' }) }
}

function partOfDay(at: string, timeZone: string): PartOfDay {
  const hour = Number(clockIn(at, timeZone).slice(0, 2))
  if (hour < NOON_H) return 'morning'
  return hour < EVENING_H ? 'afternoon' : 'evening'
}

/** Slots by part of the day, in order; parts without slots are left out. */
export function byPartOfDay(
  slots: readonly Slot[],
  timeZone: string,
): { part: PartOfDay; slots: Slot[] }[] {
  const parts: { part: PartOfDay; slots: Slot[] }[] = []
  for (const slot of slots) {
    const part = partOfDay(slot.at, timeZone)
    const last = parts.at(-1)
    if (last?.part === part) last.slots.push(slot)
    else parts.push({ part, slots: [slot] })
  }
  return parts
}
