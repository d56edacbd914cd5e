/** What the hub says and hears, as far as the pages use it (names as in hall/messages.py). */

export interface Text {
  zh: string
  en: string
}

export type Level = 'A' | 'B' | 'C' | 'D' | 'E' | 'F'

export interface Crowd {
  at: string
  camera: string
  count: number
  count_low: number
  count_high: number
  quality: string
  latency_ms: number
}

export interface Zone {
  id: string
  name: Text
  camera?: string | null
  at?: string | null
  count?: number | null
  density_per_m2?: number | null
  level?: Level | null
  stale: boolean
}

export interface ServiceQueue {
  waiting: number
  called: number
  windows: number
  wait_p50_s: number
  wait_p90_s: number
}

export interface Queues {
  at: string
  services: Record<string, ServiceQueue>
}

export interface Advice {
  action: string
  window: string
  text: Text
}

export interface Alert {
  id: string
  rule: string
  subject: string
  state: 'raised' | 'acknowledged' | 'cleared'
  since: string
  value: number
  threshold: number
  advice: Advice[]
  text: Text
  applied: boolean
}

export interface Call {
  id: string
  at: string
  number: string
  window: string
  speech: Text
}

export type Priority = 'none' | 'elderly' | 'disabled' | 'pregnant' | 'soldier' | 'a_grade'

export type TicketState =
  | 'waiting'
  | 'called'
  | 'serving'
  | 'held'
  | 'done'
  | 'no_show'
  | 'cancelled'

export interface Ticket {
  id: string
  number: string
  service: string
  service_name: Text
  priority: Priority
  state: TicketState
  issued_at: string
  window?: string | null
  window_name?: Text | null
  called_at?: string | null
}

export interface VisitorTicket {
  hall: Text
  number: string
  service_name: Text
  state: TicketState
  issued_at: string
  ahead: number
  wait_p50_s: number
  wait_p90_s: number
  window_name?: Text | null
}

export interface Window {
  id: string
  name: Text
  state: 'closed' | 'open' | 'paused'
  services: string[]
  clerk?: string | null
  ticket?: Ticket | null
}

export interface Node {
  program: string
  id: string
  state: 'online' | 'offline'
  at: string
  version: string
}

export interface Group {
  id: string
  name: Text
  prefix: string
}

export interface Service {
  id: string
  name: Text
  group: string
  open: boolean
}

export interface Services {
  services: Service[]
  groups: Group[]
}

export interface PublicHall {
  at: string
  name: Text
  services: Record<string, Text>
  windows: Record<string, Text>
  queues: Record<string, ServiceQueue>
  calls: Call[]
  announcements: Text[]
}

export interface Hall {
  at: string
  name: Text
  services: Record<string, Text>
  crowd: Record<string, Crowd>
  zones: Record<string, Zone>
  queues: Record<string, ServiceQueue>
  windows: Window[]
  alerts: Alert[]
  nodes: Record<string, Node>
  calls: Call[]
  announcements: Text[]
}

export type Role = 'manager' | 'clerk' | 'guide' | 'expert' | 'admin'

export interface Whoami {
  role: Role
  username: string
  csrf: string
}
