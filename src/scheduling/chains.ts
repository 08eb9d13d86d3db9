// The chain of a booking: it stays the same when the booking is moved, which changes its id. The first booking of a chain
// gives it its name, so that every process finds the same one. What the provider does not say, or would have to be asked for
// again, stands in the store. When the booking began that was replaced is read from that one.

import { PunctualError } from '../core/errors.ts'
import { createRecentMap } from '../core/recent-map.ts'
import { chainFrom } from '../core/scheduling/chain.ts'
import type { Booking, UtcInstant } from '../core/scheduling/model.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingLink } from '../core/store/booking-links.ts'
import { type BookingLinkRecords, mostEarlier } from '../records/booking-links.ts'
import type { Target } from './target.ts'

/** A booking's place in its chain. */
export interface ChainPlace extends Pick<BookingLink, 'replaces' | 'replacedBy'>, Pick<Booking, 'previousStart'> {
  readonly chain: string
}

export interface Chains {
  /** Returns the place of each booking, in the same order. One read of the store for all that are known there. */
  of(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<readonly ChainPlace[]>
}

/** How many bookings' starts are remembered. */
const mostStarts = 10_000

export function createChains(store: Pick<BookingLinkRecords, 'of' | 'put'>): Chains {
  /** By connection and booking. A moved booking has another id, so that no start ever changes. `''`: it is not shown. */
  const starts = createRecentMap<string, UtcInstant | ''>({ most: mostStarts })

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

      async function record(link: BookingLink): Promise<void> {
        await store.put(link)
        known.set(link.booking, link)
      }

      /** `null`: the provider does not show it. */
      async function earlierOne(id: string): Promise<ProviderBooking | null> {
        const found = seen.get(id) ?? (await readEarlier(target, id, options))
        starts.set(`${connection} ${id}`, found?.start ?? '')
        return found
      }

      /** What it is asked for may be a change that is done: that is not lost because this cannot be read now. */
      async function readStart(id: string): Promise<UtcInstant | ''> {
        const found = await earlierOne(id).catch(() => null)
        return found?.start ?? ''
      }

      /** What is known is not waited for, so that an event about it is not dispatched later than the others. */
      const startOf = (id: string) => starts.get(`${connection} ${id}`) ?? readStart(id)

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
          const told = link?.replaces ? null : await earlierOne(at)
          earlier = link?.replaces ?? told?.replaces ?? null
          passed.push({ booking: at, replaces: earlier, replacedBy })
        }
        const found = chain ?? chainFrom(target.provider.name, at)
        for (const { booking: id, ...facts } of passed)
          await record({ connection, booking: id, chain: found, ...facts })
        return found
      }

      for (const { id, start } of bookings) starts.set(`${connection} ${id}`, start)
      const places: ChainPlace[] = []
      for (const booking of bookings) {
        const link = known.get(booking.id)
        const replaces = booking.replaces ?? link?.replaces ?? null
        const replacedBy = booking.replacedBy ?? link?.replacedBy ?? null
        const place = { chain: link?.chain ?? (await find(booking.id, replaces)), replaces, replacedBy }
        let { previousStart } = booking
        if (previousStart === null && replaces !== null) {
          const told = startOf(replaces)
          previousStart = (typeof told === 'string' ? told : await told) || null
        }
        places.push({ ...place, previousStart })
        // A booking that was never moved needs no record: its chain follows from its id.
        const isRecorded = link ? link.chain !== null : replaces === null && replacedBy === null
        if (!isRecorded) await record({ connection, booking: booking.id, ...place })
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
