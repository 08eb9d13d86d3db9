// What is not written yet: the verbs that change a booking, and the table of links.

import { PunctualError } from '../core/errors.ts'
import type { BookingLink, BookingLinkStore } from '../core/store/booking-links.ts'
import type { Changes } from './service.ts'

export function linksInMemory(): Pick<BookingLinkStore, 'of' | 'put'> {
  const links = new Map<string, BookingLink>()
  return {
    of: async (connection, bookings) => bookings.flatMap((id) => links.get(`${connection} ${id}`) ?? []),
    async put(link) {
      const key = `${link.connection} ${link.booking}`
      const known = links.get(key)
      links.set(key, {
        ...link,
        chain: known?.chain ?? link.chain,
        replaces: link.replaces ?? known?.replaces ?? null,
        replacedBy: link.replacedBy ?? known?.replacedBy ?? null,
      })
    },
  }
}

export function noChanges(): Changes {
  const missing = async (): Promise<never> => {
    throw new PunctualError('not_supported', 'This verb is not written yet.', { reason: 'provider' })
  }
  return { book: missing, reschedule: missing, cancel: missing }
}
