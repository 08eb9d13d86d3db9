// A webhook may tell of the new booking of a rebooking before the answer to our own request has come, or after the process
// that asked has died. Then no link from the new booking to the old one is stored yet, so the rebookings that are under way
// are asked: the links are those that the answer would record.

import type { Clock } from '../core/clock.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'
import type { BookingKey, BookingKeyRecords } from '../records/booking-keys.ts'
import { isOfRequest } from './found-booking.ts'
import { earliestSend } from './held-key.ts'
import type { Plan } from './plan.ts'
import { linkRebooked } from './rebooked-links.ts'

/**
 * Links a booking that was made at `madeAt` (ms) to the one that it replaces, if it is of a rebooking of this connection that
 * is under way. Returns their chain; `null`: it is of none, or more than one fits.
 *
 * @throws {PunctualError} what keeps the keys from being read or opened, or the links from being written.
 */
export type LinkToldRebooking = (connection: string, booking: ProviderBooking, madeAt: number) => Promise<string | null>

/** How many rebookings of one connection are looked at; of more, the newest. */
const mostUnderWay = 100

export interface ToldRebookingInit {
  readonly keys: Pick<BookingKeyRecords, 'underWay'>
  readonly links: Pick<BookingLinkStore, 'put'>
  readonly clock: Pick<Clock, 'now'>
}

type Rebooking = Extract<Plan, { readonly kind: 'rebook' }>

export function createLinkToldRebooking({ keys, links, clock }: ToldRebookingInit): LinkToldRebooking {
  return async (connection, booking, madeAt) => {
    const fitting = new Map<string, Rebooking>()
    let problem: unknown = null
    for (const row of await keys.underWay(connection, 'reschedule', mostUnderWay)) {
      const since = earliestSend(row, clock.now())
      try {
        const plan = rebookingIn(row)
        if (plan && plan.booking !== booking.id && isOfRequest(booking, plan.request, { madeAt, since }))
          fitting.set(plan.booking, plan)
      } catch (error) {
        // The others may fit.
        problem = error
      }
    }
    const [plan, ...others] = fitting.values()
    if (plan && others.length === 0) {
      await linkRebooked(links, connection, plan, booking.id)
      return plan.chain
    }
    if (problem) throw problem
    return null
  }
}

function rebookingIn(row: BookingKey): Rebooking | null {
  const plan = JSON.parse(row.request()) as Plan
  return plan.kind === 'rebook' ? plan : null
}
