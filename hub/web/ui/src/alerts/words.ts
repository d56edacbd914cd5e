/** What became of an alert's advice, in the language of the page. */
import { useI18n } from 'vue-i18n'
import type { Advice, Alert, Window } from '../api/types'
import { useLanguage } from '../i18n'
import { clockTime } from '../words/age'

const LEVELS = 'ABCDEF'

export function useAlertWords(): {
  sayKind: (alert: Alert) => string
  sayAction: (advice: Advice, windows: readonly Window[]) => string
  sayTaken: (advice: Advice) => string
  sayOutcome: (advice: Advice) => string
} {
  const { t, te } = useI18n({ useScope: 'global' })
  const { tell } = useLanguage()

  const figure = (unit: string, value: number): string => {
    const key = `alert.unit.${unit}`
    const n = unit === 'level' ? (LEVELS[Math.round(value) - 1] ?? String(value)) : String(value)
    return te(key) ? t(key, { n }) : n
  }
  return {
    sayKind: ({ kind }) => (te(`alert.kind.${kind}`) ? t(`alert.kind.${kind}`) : kind),
    sayAction: (advice, windows) => {
      const known = windows.find(({ id }) => id === advice.window)
      const window = known ? tell(known.name) : (advice.window ?? '')
      return t(`alert.${advice.action}`, { window })
    },
    sayTaken: ({ taken_at, taken_by }) => {
      const time = taken_at ? clockTime(taken_at) : ''
      return taken_by ? t('alert.taken_by', { name: taken_by, time }) : t('alert.taken', { time })
    },
    sayOutcome: ({ effect }) => {
      if (!effect) return ''
      const { unit, before, expected } = effect
      if (typeof effect.became !== 'number') return t('alert.pending')
      const became = figure(unit, effect.became)
      return typeof expected === 'number'
        ? t('alert.expected', { expected: figure(unit, expected), became })
        : t('alert.was', { before: figure(unit, before), became })
    },
  }
}
