/** Whether this browser has typed the code. */
import { reactive } from 'vue'
import { ask, command, Refusal, request, useCsrf } from '@ui/api/client.ts'
import type { components } from './generated/calibration'

type Entered = components['schemas']['Entered']

export const session = reactive({
  state: 'asking' as 'asking' | 'out' | 'in' | 'unreachable',
  camera: '',
})

function welcome(entered: Entered): void {
  useCsrf(entered.csrf)
  session.camera = entered.camera
  session.state = 'in'
}

export async function refreshSession(): Promise<void> {
  try {
    welcome(await ask<Entered>('/session'))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    session.state = error.status === 401 ? 'out' : 'unreachable'
  }
}

/** Throws Refusal when the code is wrong. */
export async function enter(code: string): Promise<void> {
  const entered = await command<Entered>('/session', { code })
  if (entered) welcome(entered)
}

export async function leave(): Promise<void> {
  await request('DELETE', '/session')
  session.state = 'out'
}

/** A refusal that a person should read; a session that has ended leads to the code instead. */
export function told(error: unknown): Refusal | undefined {
  if (!(error instanceof Refusal)) throw error
  if (error.status === 401) {
    session.state = 'out'
    return undefined
  }
  return error
}
