/** What a clerk can do at a window: which command, which key, when it makes sense. */
import type { Window } from '../../api/types'

export interface Action {
  id:
    | 'next'
    | 'recall'
    | 'start'
    | 'finish'
    | 'no_show'
    | 'open'
    | 'claim'
    | 'decline'
    | 'pause'
    | 'close'
    | 'close_after'
    | 'hold'
    | 'transfer'
    | 'pick'
  /** Last part of the route: of the window, or of the ticket at it. */
  command: string
  of?: 'ticket'
  /** Asks something first: a reason, a destination, a number. */
  asks?: 'hold' | 'pause' | 'transfer' | 'pick'
  body?: unknown
  key: string
  allowed: (window: Window) => boolean
}

type Condition = (window: Window) => boolean

const working: Condition = ({ state }) => state === 'open'
const called: Condition = ({ ticket }) => ticket?.state === 'called'
const serving: Condition = ({ ticket }) => ticket?.state === 'serving'
const taken: Condition = (window) => called(window) || serving(window)

export const NEXT: Action = {
  id: 'next',
  command: 'call-next',
  key: 'F2',
  allowed: (window) => working(window) && !called(window),
}

export const START: Action = { id: 'start', command: 'start', key: 'F4', allowed: called }

export const TICKET_ACTIONS: readonly Action[] = [
  START,
  { id: 'recall', command: 'recall', key: 'F3', allowed: called },
  { id: 'no_show', command: 'no-show', key: 'F6', allowed: called },
  {
    id: 'finish',
    command: 'finish',
    key: 'F8',
    allowed: taken,
  },
]

/** For visitors who are not served here and now. */
export const DETOURS: readonly Action[] = [
  { id: 'hold', command: 'hold', of: 'ticket', asks: 'hold', key: 'F5', allowed: taken },
  { id: 'transfer', command: 'transfer', of: 'ticket', asks: 'transfer', key: 'F1', allowed: taken },
  { id: 'pick', command: 'call-next', asks: 'pick', key: 'F12', allowed: NEXT.allowed },
]

export const OPEN: Action = {
  id: 'open',
  command: 'open',
  key: 'F9',
  allowed: (window) => !working(window),
}

/** An alert's advice opens windows that nobody keeps yet; whoever comes takes them over. */
export const CLAIM: Action = {
  id: 'claim',
  command: 'open',
  key: 'F7',
  allowed: (window) => working(window) && !window.clerk,
}

export const REST_ACTIONS: readonly Action[] = [
  {
    id: 'decline',
    command: 'decline',
    key: 'F7',
    allowed: (window) => window.requested_at !== null && !working(window),
  },
  { id: 'pause', command: 'pause', asks: 'pause', key: 'F9', allowed: working },
  {
    id: 'close',
    command: 'close',
    key: 'F10',
    allowed: (window) => window.state !== 'closed' && !taken(window),
  },
  {
    id: 'close_after',
    command: 'close',
    body: { after_current: true },
    key: 'F10',
    allowed: (window) => !window.closing && taken(window),
  },
]

const ALL = [NEXT, ...TICKET_ACTIONS, ...DETOURS, OPEN, CLAIM, ...REST_ACTIONS]

/** The one step that the large button is for. `keeps`: whether this person keeps windows. */
export function nextStep(window: Window, keeps: boolean): Action {
  if (OPEN.allowed(window)) return OPEN
  return keeps && CLAIM.allowed(window) ? CLAIM : NEXT
}

/** The action that a key means now; F9 opens a resting window and pauses an open one. */
export const actionOfKey = (key: string, window: Window): Action | undefined =>
  ALL.find((action) => action.key === key && action.allowed(window))

/** Calls the managers to the window, and nothing on the page may show it to who stands before it. */
export const DURESS_KEY = 'F11'

export const isActionKey = (key: string): boolean => ALL.some((action) => action.key === key)
