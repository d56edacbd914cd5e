/** The last half-hour of each zone's count: what the hub has kept, and then what this page hears. */
import { reactive } from 'vue'
import { ask } from '../api/client'
import type { Observations, Zone } from '../api/types'

export type Sample = [at: number, count: number]

export const HISTORY_MS = 30 * 60_000
const GRAIN_S = 10

export const history = reactive<Record<string, Sample[]>>({})

/** Live counts at the grain of the kept ones: the newest stands for its ten seconds. */
export function remember(zones: readonly Zone[], at: number): void {
  const grain = Math.floor(at / (GRAIN_S * 1_000))
  for (const { id, count, stale } of zones) {
    if (stale || count === null || count === undefined) continue
    const earlier = (history[id] ?? []).filter(
      ([then]) => at - then < HISTORY_MS && Math.floor(then / (GRAIN_S * 1_000)) < grain,
    )
    history[id] = [...earlier, [at, count]]
  }
}

/** What a zone was like before the page was opened, or while it was away. */
async function recallZone(zone: string, until: number): Promise<void> {
  const span = [until - HISTORY_MS, until].map((at) => new Date(at).toISOString())
  const query = new URLSearchParams({ zone, from: span[0] ?? '', to: span[1] ?? '', step: `${GRAIN_S}` })
  const { observations } = await ask<Observations>(`/observations?${query}`)
  const kept = observations.flatMap<Sample>(({ at, mean }) =>
    mean === null ? [] : [[Date.parse(at), mean]],
  )
  const since = kept.at(-1)?.[0] ?? 0
  history[zone] = [...kept, ...(history[zone] ?? []).filter(([at]) => at > since)]
}

/** Without the past the curve still shows the present: whoever may not ask is told nothing. */
export function recall(zones: readonly string[], until: number): void {
  for (const zone of zones) void recallZone(zone, until).catch(() => undefined)
}
