/** Things done by a person's hand: one at a time, and a refusal kept to be read. */
import { ref, type Ref } from 'vue'
import type { Refusal } from '@ui/api/client.ts'
import { told } from './session.ts'

export function useDoing(): {
  busy: Ref<boolean>
  refusal: Ref<Refusal | undefined>
  attempt: (work: () => Promise<unknown>) => Promise<boolean>
} {
  const busy = ref(false)
  const refusal = ref<Refusal>()

  /** Whether the work was done; if not, `refusal` says why. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    refusal.value = undefined
    try {
      await work()
      return true
    } catch (error) {
      refusal.value = told(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, attempt }
}
