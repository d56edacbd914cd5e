/** A day's quarters of an hour: windows needed, clerks planned, windows open. */
import type { ShiftPlan, StaffingAdvice } from '../../api/types'

export interface Quarter {
  at: number
  needed: number
  planned: number | undefined
}

const DAY_MS = 86_400_000
export const QUARTER_MS = 900_000

/** "2026-03-03" after "2026-03-02". */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)

/** What is known now of the rest of the day stands before what was expected before it began. */
export function quarters(
  plan: ShiftPlan | undefined,
  advice: StaffingAdvice | undefined,
  isToday: boolean,
): Quarter[] {
  const known = new Map<number, Quarter>()
  for (const { at, needed, planned } of plan?.steps ?? []) {
    const clerks = plan?.status === 'too_slow' ? undefined : planned
    known.set(Date.parse(at), { at: Date.parse(at), needed, planned: clerks })
  }
  for (const { at, needed, open } of advice?.steps ?? []) {
    if ((open !== null && open !== undefined) !== isToday) continue
    const moment = Date.parse(at)
    known.set(moment, { at: moment, needed, planned: known.get(moment)?.planned })
  }
  return [...known.values()].sort((a, b) => a.at - b.at)
}

/** A line of steps through these counts, as an SVG path; gaps where nothing is known. */
export function steps(
  day: Quarter[],
  count: (quarter: Quarter) => number | undefined,
  x: (at: number) => number,
  y: (count: number) => number,
): string {
  let path = ''
  let last: Quarter | undefined
  for (const quarter of day) {
    const n = count(quarter)
    if (n === undefined) {
      last = undefined
      continue
    }
    const joined = last !== undefined && quarter.at - last.at === QUARTER_MS
    path += `${joined ? 'L' : 'M'}${x(quarter.at)} ${y(n)}H${x(quarter.at + QUARTER_MS)}`
    last = quarter
  }
  return path
}
