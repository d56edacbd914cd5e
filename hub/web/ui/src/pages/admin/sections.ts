/** The sections of the administration, in their order, and whom each is for. */
import { type Component, defineAsyncComponent } from 'vue'
import type { Whoami } from '../../api/types'

export interface Section {
  /** Part of the address after `#`, and key of its name under `admin.section`. */
  id: string
  roles: readonly Whoami['role'][]
  /** Loaded once it is opened: `defineAsyncComponent(() => import('./NAME.vue'))`. */
  shown: Component
}

const MANAGERS = ['manager', 'admin'] as const

export const SECTIONS: readonly Section[] = [
  { id: 'bookings', roles: MANAGERS, shown: defineAsyncComponent(() => import('./Bookings.vue')) },
]
