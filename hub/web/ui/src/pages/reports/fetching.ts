/** Fetches a report and its tables, again each minute while its period is not over. */
import { onUnmounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ask, Refusal } from '../../api/client'
import type { Report, ReportTables } from '../../api/types'
import type { Language } from '../../i18n/language'
import { type Period, routeOf } from './period'

const AGAIN_MS = 60_000
const SOON_MS = 4_000

export interface Fetched {
  report: Report
  tables: ReportTables
}

export function useReport(
  period: Ref<Period>,
  language: Ref<Language>,
): {
  fetched: ShallowRef<Fetched | undefined>
  refusal: ShallowRef<Refusal | undefined>
  again: () => void
} {
  const fetched = shallowRef<Fetched>()
  const refusal = shallowRef<Refusal>()
  let latest = 0
  let next: ReturnType<typeof setTimeout> | undefined

  async function fetchNow(): Promise<void> {
    clearTimeout(next)
    const mine = ++latest
    const route = routeOf(period.value)
    try {
      const [report, tables] = await Promise.all([
        ask<Report>(route),
        ask<ReportTables>(`${route}?format=tables&lang=${language.value}`),
      ])
      if (mine !== latest) return
      fetched.value = { report, tables }
      refusal.value = undefined
      if (report.state === 'running') next = setTimeout(fetchNow, AGAIN_MS)
    } catch (error) {
      if (mine !== latest || !(error instanceof Refusal)) return
      fetched.value = undefined
      refusal.value = error
      const passing = error.code === 'report_pending' || error.code === 'unreachable'
      if (passing) next = setTimeout(fetchNow, SOON_MS)
    }
  }

  watch([period, language], () => void fetchNow(), { immediate: true })
  onUnmounted(() => {
    latest += 1
    clearTimeout(next)
  })
  return { fetched, refusal, again: () => void fetchNow() }
}
