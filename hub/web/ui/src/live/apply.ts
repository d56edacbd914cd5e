/** How each event changes the picture of the hall; nothing here talks to anyone. */
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

const CALLS_KEPT = 12

type Public = Pick<PublicHall, 'queues' | 'calls'>

export function applyQueues(hall: Public, queues: Queues): void {
  hall.queues = queues.services
}

/** Newest first; a call repeated after a reconnect is taken once. */
export function applyCall(hall: Public, call: Call): void {
  const others = hall.calls.filter(({ id }) => id !== call.id)
  hall.calls = newestFirst([call, ...others])
}

export function newestFirst(calls: readonly Call[]): Call[] {
  return [...calls].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, CALLS_KEPT)
}

export function applyCrowd(hall: Hall, crowd: Crowd): void {
  hall.crowd[crowd.camera] = crowd
}

export function applyPeople(hall: Hall, people: People): void {
  hall.people = people
}

export function applyZones(hall: Hall, zones: Record<string, Zone>): void {
  Object.assign(hall.zones, zones)
}

export function applyWindow(hall: Hall, window: Window): void {
  const place = hall.windows.findIndex(({ id }) => id === window.id)
  if (place < 0) hall.windows.push(window)
  else hall.windows[place] = window
}

export function applyAlert(hall: Hall, alert: Alert): void {
  const others = hall.alerts.filter(
    ({ rule, subject }) => rule !== alert.rule || subject !== alert.subject,
  )
  hall.alerts = alert.state === 'cleared' ? others : [alert, ...others]
}

export function applyAnnouncements(hall: PublicHall | Hall, { texts }: Announcements): void {
  hall.announcements = texts
}

export function applyNode(hall: Hall, node: Node): void {
  const same = Object.entries(hall.nodes).find(
    ([, known]) => known.program === node.program && known.id === node.id,
  )
  hall.nodes[same?.[0] ?? `${node.program}/${node.id}`] = node
}
