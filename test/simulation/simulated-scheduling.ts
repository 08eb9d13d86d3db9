// The scheduling of the simulated providers: what turns their webhooks into booking events, and the bookings that are made,
// moved and cancelled there. Some webhooks tell a whole booking. For the others the booking is read, which fails as any other
// call may fail.

import { isObject, membersOf } from '../../src/core/json.ts'
import type { Provider, RefusalReason } from '../../src/core/provider.ts'
import type { BookingChange, ProviderScheduling } from '../../src/core/scheduling/provider.ts'
import { placeScheduling } from '../support/booking-place.ts'
import { plainBooking, plainScheduling } from '../support/plain-scheduling.ts'
import { isOfPlace, placeKinds, placePath } from './booking-places.ts'
import type { ClientName } from './provider.ts'
import { bookingNames } from './webhook-messages.ts'

export function schedulingAt(client: ClientName): ProviderScheduling {
  const place = placeScheduling(placeKinds[client], placePath)
  const { change, told } = ofWebhooks
  const booking: ProviderScheduling['booking'] = (api, id) => (isOfPlace(id) ? place : ofWebhooks).booking(api, id)
  return { ...place, booking, change, told }
}

/** What a refusal of these bookings means; of any other answer, what the provider's definition says. */
export function simulatedMeaning(meaning: Provider['meaning']): Provider['meaning'] {
  return (answer) => {
    const { reason } = membersOf(answer.json)
    return typeof reason === 'string' ? { kind: 'refused', reason: reason as RefusalReason } : meaning(answer)
  }
}

const ofWebhooks: ProviderScheduling = plainScheduling({
  async booking(api, id) {
    const { response, failure } = await api.call(`/bookings/${id}`)
    if (failure) throw failure
    return plainBooking({ id, raw: await response.json() })
  },
  change,
  told(name, body) {
    const told = change(name, body)
    // That of every second attendee is thin.
    const isWhole = membersOf(membersOf(body).payload).attendee === 1
    return told && { booking: plainBooking({ id: told.booking, replaces: told.replaces, raw: body }), isWhole }
  },
})

function change(name: string, body: unknown): BookingChange | null {
  const { payload } = membersOf(body)
  if (!isObject(payload) || payload.isMovedAway === true) return null
  const { booking, replaces, attendee } = payload
  const all = Object.values(bookingNames)
  const isCanceled = all.some(({ canceled }) => canceled === name)
  const isMoved = replaces !== null && attendee === 1 && all.some(({ moved }) => moved === name)
  return {
    type: isCanceled ? 'booking.cancelled' : isMoved ? 'booking.rescheduled' : 'booking.created',
    booking: String(booking),
    replaces: replaces === null ? null : String(replaces),
    version: String(attendee),
  }
}
