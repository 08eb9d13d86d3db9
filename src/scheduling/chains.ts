// The chain of a booking: it stays the same when the booking is moved, which changes its id. The first booking of a chain
// gives it its name, so that every process finds the same one. What the provider does not say, or would have to be asked for
// again, stands in the store: also when the booking began that was replaced.

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
  /** Returns the place of each booking, in the same order. Two reads of the store at most for all that are known there. */
  of(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<readonly ChainPlace[]>
}

/** How many bookings are remembered that their provider does not show. */
const mostHidden = 10_000

export function createChains(store: Pick<BookingLinkRecords, 'of' | 'put'>): Chains {
  /** By connection and booking: asked for once in a process, and not for each booking that replaced one of them. */
  const hidden = createRecentMap<string, true>({ most: mostHidden })

  return {
    async of(target, bookings, options) {
      const { connection } = target
      const seen = new Map(bookings.map((booking) => [booking.id, booking]))
      const { known, load, record } = knownLinks(store, connection)

      /** `null`: the provider does not show it. */
      async function earlierOne(id: string): Promise<ProviderBooking | null> {
        const found = seen.get(id) ?? (await readEarlier(target, id, options))
        if (!found) hidden.set(`${connection} ${id}`, true)
        return found
      }

      /** What it is asked for may be a change that is done: that is not lost because this cannot be read now. */
      async function readStart(id: string): Promise<UtcInstant | null> {
        const found = hidden.get(`${connection} ${id}`) ? null : await earlierOne(id).catch(() => null)
        if (!found) return null
        // What is not recorded is read again.
        await record({ ...(known.get(id) ?? unknownLink(id)), start: found.start }).catch(() => {})
        return found.start
      }

      /** What is known is not waited for, so that an event about it is not dispatched later than the others. */
      const knownStart = (id: string) => seen.get(id)?.start || known.get(id)?.start || null

      /**
       * Goes back from a booking to one whose chain is known, or to the first: along the stored links as far as they lead,
       * then along what the provider says. The chain of all that were passed is recorded.
       */
      async function find(booking: string, replaces: string | null): Promise<string> {
        const passed: Omit<BookingLink, 'connection' | 'chain'>[] = []
        let [at, earlier] = [booking, replaces]
        let chain: string | null = null
        for (let step = 0; earlier !== null && chain === null && step < mostEarlier; step++) {
          await load([earlier])
          const link = known.get(earlier)
          const replacedBy = at
          at = earlier
          chain = link?.chain ?? null
          if (chain !== null) break
          const told = link?.replaces ? null : await earlierOne(at)
          earlier = link?.replaces ?? told?.replaces ?? null
          passed.push({ booking: at, replaces: earlier, replacedBy, start: told?.start ?? knownStart(at) })
        }
        const found = chain ?? chainFrom(target.provider.name, at)
        for (const facts of passed) await record({ ...facts, chain: found })
        return found
      }

      const links = await load(bookings.flatMap(({ id, replaces }) => (replaces === null ? [id] : [id, replaces])))
      // What replaces what may stand in the store alone.
      await load(links.flatMap(({ booking, replaces }) => (seen.has(booking) && replaces !== null ? [replaces] : [])))
      const places: ChainPlace[] = []
      for (const booking of bookings) {
        const link = known.get(booking.id)
        const replaces = booking.replaces ?? link?.replaces ?? null
        const replacedBy = booking.replacedBy ?? link?.replacedBy ?? null
        const place = { chain: link?.chain ?? (await find(booking.id, replaces)), replaces, replacedBy }
        let { previousStart } = booking
        if (previousStart === null && replaces !== null)
          previousStart = knownStart(replaces) ?? (await readStart(replaces))
        places.push({ ...place, previousStart })
        // A booking that was never moved needs no record: its chain follows from its id.
        const isRecorded = link ? link.chain !== null && link.start !== null : replaces === null && replacedBy === null
        if (!isRecorded) await record({ booking: booking.id, ...place, start: booking.start })
      }
      return places
    },
  }
}

interface KnownLinks {
  /** By booking. */
  readonly known: ReadonlyMap<string, BookingLink | undefined>
  /** Reads those that are not known yet. Returns what was found. */
  load(bookings: readonly string[]): Promise<readonly BookingLink[]>
  record(link: Omit<BookingLink, 'connection'>): Promise<void>
}

/** The links of one connection, as far as one list of bookings needs them. */
function knownLinks(store: Pick<BookingLinkRecords, 'of' | 'put'>, connection: string): KnownLinks {
  const known = new Map<string, BookingLink | undefined>()
  return {
    known,
    async load(bookings) {
      const missing = [...new Set(bookings)].filter((id) => !known.has(id))
      const links = missing.length === 0 ? [] : await store.of(connection, missing)
      for (const id of missing) known.set(id, undefined)
      for (const link of links) known.set(link.booking, link)
      return links
    },
    async record(facts) {
      const link = { connection, ...facts }
      await store.put(link)
      known.set(link.booking, link)
    },
  }
}

function unknownLink(booking: string): Omit<BookingLink, 'connection' | 'start'> {
  return { booking, chain: null, replaces: null, replacedBy: null }
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
