/** Puts waits and ages into the language of the page. */
import { useI18n } from 'vue-i18n'
import type { ServiceQueue } from '../api/types'
import { age } from './age'
import { wait } from './wait'

export function useSay(): {
  sayWait: (p50S: number, p90S: number) => string
  sayQueue: (queue: ServiceQueue) => string
  sayAge: (seconds: number) => string
} {
  const { t } = useI18n({ useScope: 'global' })
  const sayWait = (p50S: number, p90S: number): string => {
    const { key, ...figures } = wait(p50S, p90S)
    return t(key, figures)
  }
  return {
    sayWait,
    sayQueue: (queue) =>
      queue.windows > 0 ? sayWait(queue.wait_p50_s, queue.wait_p90_s) : t('wait.no_window'),
    sayAge: (seconds) => {
      const { key, n } = age(seconds)
      return t(key, { n })
    },
  }
}
