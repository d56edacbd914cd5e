/** The live hall of this page: what the hub last said, and whether it is still saying it. */
import { reactive } from 'vue'
import { ask, streamOf } from '../api/client'
import { refreshSession } from '../api/session'
import type {
  Alert,
  Announcements,
  Call,
  Crowd,
  Hall,
  Node,
  People,
  PublicHall,
  Queues,
  Window,
  Zone,
} from '../api/types'
import * as apply from './apply'
import { now, setHubTime } from './clock'
import { useHallZone } from '../words/age'
import { recall, remember } from './history'
import { type Connection, openStream } from './stream'

export interface Live<H> {
  hall: H | undefined
  connection: Connection
  /** When the hub was last heard, by its own clock. */
  heardAt: number
}

function live<H extends object>(): Live<H> {
  return reactive({ hall: undefined, connection: 'connecting', heardAt: now() }) as Live<H>
}

type Handlers<H> = Record<string, (hall: H, data: never) => void>

function follow<H extends PublicHall | Hall>(
  store: Live<H>,
  events: string,
  handlers: Handlers<H>,
  check: () => Promise<void>,
  opened: (hall: H) => void = () => undefined,
): () => void {
  const replace = (data: unknown): void => {
    const hall = data as H
    setHubTime(hall.at)
    useHallZone(hall.timezone)
    hall.calls = apply.newestFirst(hall.calls)
    store.hall = hall
    opened(hall)
    store.heardAt = now()
  }
  const patch = Object.entries(handlers).map(([kind, handle]) => [
    kind,
    (data: unknown) => {
      store.heardAt = now()
      if (store.hall) handle(store.hall, data as never)
    },
  ])
  return openStream({
    url: streamOf(events),
    on: { hall: replace, ...Object.fromEntries(patch) },
    connection: (state) => {
      store.connection = state
    },
    check,
  })
}

/** The whole hall, for signed-in staff. */
export function followHall(): { store: Live<Hall>; stop: () => void } {
  const store = live<Hall>()
  const handlers = {
    crowd: (hall: Hall, data: Crowd) => apply.applyCrowd(hall, data),
    people: (hall: Hall, data: People) => apply.applyPeople(hall, data),
    zones: (hall: Hall, data: Record<string, Zone>) => {
      apply.applyZones(hall, data)
      remember(Object.values(data), now())
    },
    queues: (hall: Hall, data: Queues) => apply.applyQueues(hall, data),
    window: (hall: Hall, data: Window) => apply.applyWindow(hall, data),
    alert: (hall: Hall, data: Alert) => apply.applyAlert(hall, data),
    announcements: (hall: Hall, data: Announcements) => apply.applyAnnouncements(hall, data),
    node: (hall: Hall, data: Node) => apply.applyNode(hall, data),
    call: (hall: Hall, data: Call) => apply.applyCall(hall, data),
  }
  const opened = ({ zones }: Hall): void => recall(Object.keys(zones), now())
  return { store, stop: follow(store, '/events', handlers, refreshSession, opened) }
}

/** What anyone in the hall may see, and no more where staff are signed in. */
export function followPublicHall(called: (call: Call) => void): {
  store: Live<PublicHall>
  stop: () => void
} {
  const store = live<PublicHall>()
  const handlers = {
    queues: (hall: PublicHall, data: Queues) => apply.applyQueues(hall, data),
    announcements: (hall: PublicHall, data: Announcements) =>
      apply.applyAnnouncements(hall, data),
    call: (hall: PublicHall, data: Call) => {
      apply.applyCall(hall, data)
      called(data)
    },
  }
  const check = async (): Promise<void> => {
    const hall = await ask<PublicHall>('/hall?view=public')
    if (store.hall) store.hall.announcements = hall.announcements
  }
  return { store, stop: follow(store, '/events?view=public', handlers, check) }
}
