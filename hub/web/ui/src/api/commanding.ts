/** Commands given by a person's hand: one at a time, and a refusal kept to be read. */
import { ref, type Ref } from 'vue'
import { command, Refusal } from './client'
import { refreshSession, session } from './session'

type Send<T> = (path: string, body?: unknown) => Promise<T | undefined>

const SESSION_CHANGED = ['csrf', 'not_signed_in']

/** Signing in again in another tab changes the session under this one: asked once more, then told. */
async function insist<T>(path: string, body: unknown, send: Send<T>): Promise<T | undefined> {
  try {
    return await send(path, body)
  } catch (error) {
    if (!(error instanceof Refusal) || !SESSION_CHANGED.includes(error.code)) throw error
    await refreshSession()
    if (session.state !== 'in') throw error
    return send(path, body)
  }
}

export function useCommand(): {
  busy: Ref<boolean>
  refusal: Ref<Refusal | undefined>
  give: <T>(path: string, body?: unknown, send?: Send<T>) => Promise<T | undefined | Refusal>
} {
  const busy = ref(false)
  const refusal = ref<Refusal>()

  async function give<T>(
    path: string,
    body?: unknown,
    send: Send<T> = command,
  ): Promise<T | undefined | Refusal> {
    busy.value = true
    refusal.value = undefined
    try {
      return await insist(path, body, send)
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
