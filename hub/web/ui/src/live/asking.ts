/** A question asked again and again while a part of a page is shown; the last answer stays. */
import { onUnmounted, ref, type Ref } from 'vue'
import { ask, Refusal } from '../api/client'

export function useAnswer<T>(
  path: string,
  everyMs: number,
): { answer: Ref<T | undefined>; away: Ref<boolean>; again: () => Promise<void> } {
  const answer = ref<T>() as Ref<T | undefined>
  const away = ref(false)

  async function again(): Promise<void> {
    try {
      answer.value = await ask<T>(path)
      away.value = false
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      away.value = true
    }
  }

  const timer = setInterval(() => void again(), everyMs)
  onUnmounted(() => clearInterval(timer))
  void again()
  return { answer, away, again }
}
