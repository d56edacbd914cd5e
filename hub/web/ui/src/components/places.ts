/** The staff pages that lead to one another, and whom each is for. */
import type { Whoami } from '../api/types'

type Role = Whoami['role']

export interface Place {
  path: string
  /** Key of its name under `place`. */
  name: string
  roles: readonly Role[]
  /** Whether it opens beside the page: nothing on a calling display leads back. */
  beside?: boolean
}

const MANAGERS: readonly Role[] = ['manager', 'admin']
const EVERYONE: readonly Role[] = ['manager', 'clerk', 'guide', 'expert', 'admin']

export const PLACES: readonly Place[] = [
  { path: '/', name: 'overview', roles: EVERYONE },
  { path: '/alerts', name: 'alerts', roles: MANAGERS },
  { path: '/staffing', name: 'staffing', roles: MANAGERS },
  { path: '/reports', name: 'reports', roles: MANAGERS },
  { path: '/display', name: 'display', roles: EVERYONE, beside: true },
  { path: '/admin', name: 'admin', roles: MANAGERS },
]

/** Where someone in this role may go. */
export const placesOf = (role: Role | ''): Place[] =>
  PLACES.filter((place) => (place.roles as readonly string[]).includes(role))
