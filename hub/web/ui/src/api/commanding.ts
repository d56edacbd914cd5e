/** Commands given by a person's hand: one at a time, and a refusal kept to be read. */
import { ref, type Ref } from 'vue'
import { command, Refusal } from './client'

export function useCommand(): {
  busy: Ref<boolean>
  refusal: Ref<Refusal | undefined>
  give: <T>(path: string) => Promise<T | undefined | Refusal>
} {
  const busy = ref(false)
  const refusal = ref<Refusal>()

  async function give<T>(path: string): Promise<T | undefined | Refusal> {
    busy.value = true
    refusal.value = undefined
    try {
      return await command<T>(path)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusal.value = error
      return error
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, give }
}
