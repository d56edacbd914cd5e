/** Which alerts a page shows and in which order; nothing here talks to anyone. */
import type { Alert } from '../api/types'
import type { Mark } from '../components/StateMark.vue'

const WEIGHT: Record<Alert['severity'], number> = { critical: 0, warning: 1, info: 2 }

export const MARKS: Record<Alert['severity'], Mark> = {
  critical: 'critical',
  warning: 'crowded',
  info: 'busy',
}

/** What nobody has noticed comes first, the gravest before others, the newest before the rest. */
export function pressing(alerts: readonly Alert[], place: string): Alert[] {
  return alerts
    .filter(({ told }) => told.includes(place))
    .sort(
      (a, b) =>
        Number(a.state !== 'raised') - Number(b.state !== 'raised') ||
        WEIGHT[a.severity] - WEIGHT[b.severity] ||
        Date.parse(b.since) - Date.parse(a.since),
    )
}

/** Those that ring: raised, in no quiet hours, and more than a note. */
export const ringing = (alerts: readonly Alert[]): Alert[] =>
  alerts.filter(({ state, quiet, severity }) => state === 'raised' && !quiet && severity !== 'info')
