/** Expected waits as a person would say them: ranges of minutes, rounded the cautious way. */

export type Wait =
  | { key: 'wait.none' }
  | { key: 'wait.under'; n: number }
  | { key: 'wait.about'; n: number }
  | { key: 'wait.range'; low: number; high: number }
  | { key: 'wait.hours'; low: number; high: number }

const MINUTE_S = 60
const LONG_MIN = 90

const down = (value: number, step: number): number => Math.floor(value / step) * step
const up = (value: number, step: number): number => Math.ceil(value / step) * step

function hours(p50: number, p90: number): Wait {
  const low = down(p50, 0.5)
  return { key: 'wait.hours', low, high: Math.max(up(p90, 0.5), low + 0.5) }
}

/** From half of the visitors (p50) to nine in ten (p90). */
export function wait(p50S: number, p90S: number): Wait {
  if (p90S < 1) return { key: 'wait.none' }
  const [p50, p90] = [p50S / MINUTE_S, Math.max(p50S, p90S) / MINUTE_S]
  if (p90 <= 2) return { key: 'wait.under', n: Math.max(1, Math.ceil(p90)) }
  if (p90 > LONG_MIN) return hours(p50 / 60, p90 / 60)
  // Nobody believes "31–44 minutes": beyond half an hour fives are exact enough.
  const step = p90 > 30 ? 5 : 1
  const [low, high] = [Math.max(1, down(p50, step)), up(p90, step)]
  return low === high ? { key: 'wait.about', n: low } : { key: 'wait.range', low, high }
}
