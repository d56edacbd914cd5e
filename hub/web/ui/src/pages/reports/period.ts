/** Days, weeks and months of the calendar, as the page's address and the hub name them. */

export type Kind = 'day' | 'week' | 'month'
export const KINDS: readonly Kind[] = ['day', 'week', 'month']

export interface Period {
  kind: Kind
  /** A day in it, as 2026-03-02. */
  day: string
}

const isDay = (word: string | null): word is string =>
  word !== null && /^2\d{3}-\d\d-\d\d$/.test(word) && !Number.isNaN(Date.parse(word))
const isKind = (word: string | null): word is Kind => KINDS.some((kind) => kind === word)

/** The date of a moment in a time zone, or where this browser is. */
export const dayOf = (moment: Date, timeZone?: string): string =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(moment)

/** Whether an address says which day it means. */
export const namesDay = (search: string): boolean => isDay(new URLSearchParams(search).get('day'))

/** What `?kind=week&day=2026-03-02` asks for; what it leaves out is the day that `today` names. */
export function fromAddress(search: string, today: string): Period {
  const asked = new URLSearchParams(search)
  const [kind, day] = [asked.get('kind'), asked.get('day')]
  return { kind: isKind(kind) ? kind : 'day', day: isDay(day) ? day : today }
}

export const toAddress = ({ kind, day }: Period): string => `?kind=${kind}&day=${day}`

/** The hub's route of the report. */
export const routeOf = ({ kind, day }: Period): string =>
  `/reports/${kind}/${kind === 'month' ? day.slice(0, 7) : day}`

/** The period before (`by` −1) or after (+1); of a month, its first day. */
export function step({ kind, day }: Period, by: -1 | 1): Period {
  const at = new Date(`${day}T00:00:00Z`)
  if (kind === 'month') at.setUTCMonth(at.getUTCMonth() + by, 1)
  else at.setUTCDate(at.getUTCDate() + (kind === 'week' ? 7 * by : by))
  return { kind, day: at.toISOString().slice(0, 10) }
}

/** Whether the period has begun on `today`, so that there is something to ask for. */
export function hasBegun({ kind, day }: Period, today: string): boolean {
  if (kind === 'month') return day.slice(0, 7) <= today.slice(0, 7)
  if (kind === 'day') return day <= today
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7))
  return at.toISOString().slice(0, 10) <= today
}
