/** The sections of the administration, in their order, and whom each is for. */
import type { Component } from 'vue'
import type { Whoami } from '../../api/types'

export interface Section {
  /** Part of the address after `#`, and key of its name under `admin.section`. */
  id: string
  roles: readonly Whoami['role'][]
  /** Loaded once it is opened: `defineAsyncComponent(() => import('./NAME.vue'))`. */
  shown: Component
}

export const SECTIONS: readonly Section[] = []
