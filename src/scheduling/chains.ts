// The chain of a booking: it stays the same when the booking is moved, which changes its id. The first booking of a chain
// gives it its name, so that every process finds the same one. What the provider does not say, or would have to be asked for
// again, stands in the store.

import { PunctualError } from '../core/errors.ts'
import { chainFrom } from '../core/scheduling/chain.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingLink } from '../core/store/booking-links.ts'
import { type BookingLinkRecords, mostEarlier } from '../records/booking-links.ts'
import type { Target } from './target.ts'

/** A booking's place in its chain. */
export type ChainPlace = Pick<BookingLink, 'replaces' | 'replacedBy'> & { readonly chain: string }

export interface Chains {
  /** Returns the place of each booking, in the same order. One read of the store for all that are known there. */
  of(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<readonly ChainPlace[]>
}

export function createChains(store: Pick<BookingLinkRecords, 'of' | 'put'>): Chains {
  return {
    async of(target, bookings, options) {
      const { connection } = target
      const seen = new Map(bookings.map((booking) => [booking.id, booking]))
      const asked = bookings.flatMap(({ id, replaces }) => (replaces === null ? [id] : [id, replaces]))
      const links = await store.of(connection, [...new Set(asked)])
      const known = new Map<string, BookingLink | undefined>(links.map((link) => [link.booking, link]))

      async function linkOf(id: string): Promise<BookingLink | undefined> {
        if (!known.has(id)) known.set(id, (await store.of(connection, [id]))[0])
        return known.get(id)
      }

      async function record(booking: string, place: ChainPlace): Promise<void> {
        const link = { connection, booking, ...place }
        await store.put(link)
        known.set(booking, link)
      }

      /**
       * Goes back from a booking to one whose chain is known, or to the first: along the stored links as far as they lead,
       * then along what the provider says. The chain of all that were passed is recorded.
       */
      async function find(booking: string, replaces: string | null): Promise<string> {
        const passed: Omit<BookingLink, 'connection' | 'chain'>[] = []
        let [at, earlier] = [booking, replaces]
        let chain: string | null = null
        for (let step = 0; earlier !== null && chain === null && step < mostEarlier; step++) {
          const link = await linkOf(earlier)
          const replacedBy = at
          at = earlier
          chain = link?.chain ?? null
          if (chain !== null) break
          const told = link?.replaces ? null : (seen.get(at) ?? (await readEarlier(target, at, options)))
          earlier = link?.replaces ?? told?.replaces ?? null
          passed.push({ booking: at, replaces: earlier, replacedBy })
        }
        const found = chain ?? chainFrom(target.provider.name, at)
        for (const { booking: id, ...facts } of passed) await record(id, { chain: found, ...facts })
        return found
      }

      const places: ChainPlace[] = []
      for (const booking of bookings) {
        const link = known.get(booking.id)
        const replaces = booking.replaces ?? link?.replaces ?? null
        const replacedBy = booking.replacedBy ?? link?.replacedBy ?? null
        const place = { chain: link?.chain ?? (await find(booking.id, replaces)), replaces, replacedBy }
        places.push(place)
        // A booking that was never moved needs no record: its chain follows from its id.
        const isRecorded = link ? link.chain !== null : replaces === null && replacedBy === null
        if (!isRecorded) await record(booking.id, place)
      }
      return places
    },
  }
}

/** Returns `null` for a booking that the provider does not show: the chain then begins with it, as far as can be known. */
async function readEarlier(
  { scheduling, call }: Target,
  id: string,
  options: VerbOptions | undefined,
): Promise<ProviderBooking | null> {
  try {
    return await call({ what: 'bookings.read', id }, options, (api) => scheduling.booking(api, id))
  } catch (error) {
    const reason = error instanceof PunctualError && error.code === 'provider_refused' ? error.reason : null
    if (reason === 'not_found' || reason === 'not_permitted') return null
    throw error
  }
}
