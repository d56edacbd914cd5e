/** The present as the hub counts it, ticking once a second for whoever shows ages and times. */
import { ref } from 'vue'

const skewMs = ref(0)
const local = ref(Date.now())

setInterval(() => {
  local.value = Date.now()
}, 1_000)

/** The hub's clock is the hall's: a phone or a tablet that is minutes off still shows true ages. */
export function setHubTime(at: string): void {
  const skew = Date.parse(at) - Date.now()
  skewMs.value = Number.isFinite(skew) ? skew : 0
}

/** Milliseconds since 1970; reactive. */
export const now = (): number => local.value + skewMs.value

const STALE_S = 5

/** A camera speaks once a second; after five of silence its count is history. */
export const isFresh = (at: string): boolean => secondsSince(at) <= STALE_S

export const secondsSince = (at: string): number =>
  Math.max(0, Math.round((now() - Date.parse(at)) / 1_000))
