/** The last minutes of each zone's count, kept over a reload of the page. */
import { reactive } from 'vue'
import type { Zone } from '../api/types'

export type Sample = [at: number, count: number]

export const HISTORY_MS = 10 * 60_000
const PLACE = 'huiting.zones'
const SAVE_EVERY = 15

function recall(): Record<string, Sample[]> {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? '{}') as Record<string, Sample[]>
  } catch {
    return {}
  }
}

export const history = reactive<Record<string, Sample[]>>(recall())
let unsaved = 0

export function remember(zones: readonly Zone[], at: number): void {
  for (const { id, count, stale } of zones) {
    if (stale || count === null || count === undefined) continue
    const recent = (history[id] ?? []).filter(([then]) => at - then < HISTORY_MS && then < at)
    history[id] = [...recent, [at, count]]
  }
  unsaved += 1
  if (unsaved < SAVE_EVERY) return
  unsaved = 0
  sessionStorage.setItem(PLACE, JSON.stringify(history))
}
