/** Who is signed in on this page. */
import { reactive } from 'vue'
import { ask, command, Refusal, request, useCsrf } from './client'
import type { Whoami } from './types'

export const session = reactive({
  state: 'asking' as 'asking' | 'out' | 'in' | 'unreachable',
  username: '',
  role: '' as Whoami['role'] | '',
})

function welcome(whoami: Whoami): void {
  useCsrf(whoami.csrf)
  session.username = whoami.username
  session.role = whoami.role
  session.state = 'in'
}

/** Asks the hub whether the cookie still opens the door. Throws Refusal when it cannot be asked. */
export async function refreshSession(): Promise<void> {
  try {
    welcome(await ask<Whoami>('/session'))
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      session.state = 'out'
      return
    }
    if (session.state !== 'in') session.state = 'unreachable'
    throw error
  }
}

/** Throws Refusal when the name or the password is wrong. */
export async function signIn(username: string, password: string): Promise<void> {
  const answer = await command<Whoami>('/session', { username, password })
  if (answer) welcome(answer)
}

export async function signOut(): Promise<void> {
  await request('DELETE', '/session')
  session.state = 'out'
}

/** Whoever administers the system may not look through a camera; only the hall's manager may. */
export const mayLook = (): boolean => session.role === 'manager'

export const mayManage = (): boolean => session.role === 'manager' || session.role === 'admin'
