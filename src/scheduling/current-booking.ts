// The booking that a change is about, as it is at the provider now. An object that the caller has read earlier only names it:
// meanwhile it may have been moved or cancelled, or others may have joined it.

import { valueError } from '../core/check.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import type { Completion } from './completion.ts'
import { idIn, readBooking } from './references.ts'
import type { Target } from './target.ts'

/**
 * Reads the booking. `judge` throws for one that cannot be changed: what the caller's object shows already is refused before
 * anything is sent. Who gives an object may have it from `book`, without the scope to read: whether it can be read is the
 * provider's to say.
 */
export async function currentBooking(
  target: Target,
  completion: Completion,
  place: string,
  reference: BookingRef,
  { options, judge }: { readonly options: VerbOptions; readonly judge: (booking: Booking) => void },
): Promise<Booking> {
  if (typeof reference === 'string') target.assertCan(place, 'bookings.read')
  else judge(reference)
  const found = await readBooking(target, completion, idIn(reference), options)
  judge(found)
  return found
}

const insteads = { reschedule: 'Reschedule', cancel: 'Cancel', markNoShow: 'Mark' } as const

/** @throws {PunctualError} `invalid_argument`, reason `booking_moved`, for a booking that another one replaces. */
export function assertNotMoved(place: keyof typeof insteads, { replacedBy }: Pick<Booking, 'replacedBy'>): void {
  if (replacedBy === null) return
  const problem = `was moved: ${replacedBy} replaces it. ${insteads[place]} that booking`
  throw valueError(place, 'booking', problem, { reason: 'booking_moved', replacedBy })
}
