/** One stream of server-sent events that outlives broken connections and says whether it is live. */

export type Connection = 'connecting' | 'live' | 'lost'

export interface StreamOptions {
  url: string
  /** What to do with the data of each kind of event. */
  on: Record<string, (data: unknown) => void>
  connection: (state: Connection) => void
  /** Asked after a long silence and before a refused stream is opened again; throws when unreachable. */
  check: () => Promise<void>
}

const GRACE_MS = 1_500
const SILENCE_MS = 45_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000

/** Opens the stream; the function returned closes it for good. */
export function openStream(options: StreamOptions): () => void {
  let source: EventSource | undefined
  let pause = FIRST_PAUSE_MS
  let heard = performance.now()
  let grace: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const alive = (): void => {
    heard = performance.now()
    pause = FIRST_PAUSE_MS
    clearTimeout(grace)
    grace = undefined
    options.connection('live')
  }

  // A break that heals at once is nobody's business.
  const suspect = (): void => {
    grace ??= setTimeout(() => options.connection('lost'), GRACE_MS)
  }

  const open = (): void => {
    if (closed) return
    source?.close()
    source = new EventSource(options.url)
    source.onopen = alive
    source.onerror = () => {
      suspect()
      // The browser tries again by itself unless the hub refused; then it is up to us.
      if (source?.readyState === EventSource.CLOSED) reopen()
    }
    for (const [kind, handle] of Object.entries(options.on)) {
      source.addEventListener(kind, (event) => {
        alive()
        handle(JSON.parse((event as MessageEvent<string>).data))
      })
    }
  }

  const reopen = (): void => {
    clearTimeout(retry)
    const spread = pause * (0.75 + Math.random() / 2)
    retry = setTimeout(() => {
      void options.check().then(open, reopen)
    }, spread)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }

  const listen = (): void => {
    if (performance.now() - heard < SILENCE_MS) return
    heard = performance.now()
    void options.check().catch(() => {
      source?.close()
      suspect()
      reopen()
    })
  }

  const watch = setInterval(listen, SILENCE_MS / 3)
  const awake = (): void => {
    if (document.visibilityState === 'visible') void options.check().catch(suspect)
  }
  document.addEventListener('visibilitychange', awake)
  open()
  return () => {
    closed = true
    source?.close()
    clearInterval(watch)
    clearTimeout(grace)
    clearTimeout(retry)
    document.removeEventListener('visibilitychange', awake)
  }
}
