/** Speaks HTTP with the hub: one request, its answer, or a refusal in words a person can read. */

const BASE = '/api/v1'
const PATIENCE_MS = 10_000
/** For what the hub works out beside its service, which comes first. */
export const LONG_PATIENCE_MS = 90_000

/** The hub said no, or could not be reached (`code` "unreachable", no words of its own). */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, detail: string) {
    super(detail)
    this.code = code
    this.status = status
  }
}

let csrf = ''

/** Cookie-authenticated writes carry the word that only this page knows. */
export function useCsrf(word: string): void {
  csrf = word
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

async function refusal(response: Response): Promise<Refusal> {
  try {
    const problem = (await response.json()) as { code?: string; detail?: string }
    return new Refusal(problem.code ?? 'unknown', response.status, problem.detail ?? '')
  } catch {
    return new Refusal('unknown', response.status, '')
  }
}

async function send(
  method: Method,
  path: string,
  body?: unknown,
  key?: string,
  patienceMs = PATIENCE_MS,
): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': document.documentElement.lang }
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
  const isFile = body instanceof Blob
  if (body !== undefined) headers['Content-Type'] = isFile ? body.type : 'application/json'
  if (key) headers['Idempotency-Key'] = key
  try {
    return await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? null : isFile ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    })
  } catch {
    throw new Refusal('unreachable', 0, '')
  }
}

/** The answer's body, or undefined when the hub answers with none (204). Throws Refusal. */
export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  key?: string,
  patienceMs = PATIENCE_MS,
): Promise<T | undefined> {
  const response = await send(method, path, body, key, patienceMs)
  if (!response.ok) throw await refusal(response)
  return response.status === 204 ? undefined : ((await response.json()) as T)
}

/** As `request` with GET, for questions that always have an answer. */
export async function ask<T>(path: string, patienceMs = PATIENCE_MS): Promise<T> {
  return (await request<T>('GET', path, undefined, undefined, patienceMs)) as T
}

export const command = <T>(path: string, body: unknown = {}): Promise<T | undefined> =>
  request<T>('POST', path, body)

const KEY_BYTES = 16

/** A word for one deed: sent again with the same deed, it is done once and answered twice. */
export const freshKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/** The answer's picture, as an address that our own security policy lets a page show. Throws Refusal. */
export async function picture(path: string): Promise<string> {
  const response = await send('POST', path, {})
  if (!response.ok) throw await refusal(response)
  const blob = await response.blob()
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = (): void => resolve(reader.result as string)
    reader.readAsDataURL(blob)
  })
}

/** The address of a stream of events. */
export const streamOf = (path: string): string => BASE + path
