/** Where one is on the way to a booking, kept in the address so that the phone's own Back works. */
import { reactive } from 'vue'

/** `#service` chooses a time, `#service/2026-11-25T01:00:00.000Z` looks it over before it is booked. */
export const where = reactive({ service: '', slot: '' })

export function read(hash: string): { service: string; slot: string } {
  const [service = '', slot = ''] = hash.replace(/^#/, '').split('/')
  return { service, slot: Number.isNaN(Date.parse(slot)) ? '' : slot }
}

const follow = (): void => {
  Object.assign(where, read(location.hash))
}

export function goTo(service = '', slot = ''): void {
  location.hash = slot ? `${service}/${slot}` : service
}

addEventListener('hashchange', follow)
follow()
