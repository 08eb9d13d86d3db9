// The chain of a booking: it stays the same when the booking is moved, which changes its id. The first booking of a chain
// gives it its name, so that every process finds the same one. What the provider does not say, or would have to be asked for
// again, stands in the store.

import { PunctualError } from '../core/errors.ts'
import { chainFrom } from '../core/scheduling/chain.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingLink, BookingLinkStore } from '../core/store/booking-links.ts'
import type { Target } from './target.ts'

/** How many earlier bookings are looked at to find the first. */
const mostSteps = 20

/** A booking's place in its chain. */
export type ChainPlace = Pick<BookingLink, 'chain' | 'replaces' | 'replacedBy'>

export interface Chains {
  /** Returns the place of each booking, in the same order. One read of the store for all that are known there. */
  of(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<readonly ChainPlace[]>
}

export function createChains(store: Pick<BookingLinkStore, 'of' | 'put'>): Chains {
  /** Goes back from a booking that replaces another to one whose chain is known, or to the first. */
  async function find(
    target: Target,
    booking: ProviderBooking,
    known: ReadonlyMap<string, BookingLink>,
    seen: ReadonlyMap<string, ProviderBooking>,
    options: VerbOptions | undefined,
  ): Promise<string> {
    let first = booking.id
    let earlier = booking.replaces
    for (let step = 0; earlier !== null && step < mostSteps; step++) {
      const link = known.get(earlier) ?? (await store.of(target.connection, [earlier]))[0]
      if (link) return link.chain
      first = earlier
      earlier = (seen.get(earlier) ?? (await readEarlier(target, earlier, options)))?.replaces ?? null
    }
    return chainFrom(target.provider.name, first)
  }

  return {
    async of(target, bookings, options) {
      const seen = new Map(bookings.map((booking) => [booking.id, booking]))
      const asked = bookings.flatMap(({ id, replaces }) => (replaces === null ? [id] : [id, replaces]))
      const links = await store.of(target.connection, [...new Set(asked)])
      const known = new Map(links.map((link) => [link.booking, link]))
      const places: ChainPlace[] = []
      for (const booking of bookings) {
        const { id, replaces, replacedBy } = booking
        const link = known.get(id)
        const chain = link?.chain ?? (await find(target, booking, known, seen, options))
        const place = {
          chain,
          replaces: replaces ?? link?.replaces ?? null,
          replacedBy: replacedBy ?? link?.replacedBy ?? null,
        }
        places.push(place)
        // A booking that was never moved needs no record: its chain follows from its id.
        if (link || (replaces === null && replacedBy === null)) continue
        const found = { connection: target.connection, booking: id, ...place }
        await store.put(found)
        known.set(id, found)
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
