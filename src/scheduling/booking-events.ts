// Completes a booking event before it is dispatched: the webhook tells what has happened, and what it leaves out is read from
// the provider. No event is lost because that cannot be read: it then says that it is not complete.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import type { BookingEvent } from '../core/events.ts'
import { withDeadline } from '../core/http.ts'
import type { Client } from '../core/provider.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { ToldBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { StoredBookingEvent } from '../records/outbox.ts'
import { type Completion, wholeBooking } from './completion.ts'
import { mergeTold, unreadBooking } from './event-booking.ts'
import type { Target } from './target.ts'

/** How long a dispatch waits for what the webhook leaves out. The handler has the rest of the 30 s. */
const completionMs = 4000

export interface CompletionInit {
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly completion: Pick<Completion, 'one'>
  readonly bookingLinks: Pick<BookingLinkRecords, 'wayBack'>
  /** `null`: Punctual cannot book at its provider. */
  readonly targetOf: (connection: ConnectionRow, client: Client) => Target | null
  readonly clock: Clock
  readonly background: Pick<BackgroundWork, 'goesOn' | 'track'>
}

/** Makes a stored event whole. Rejects only where the store is away, or `signal` aborts. */
export type CompleteBookingEvent = (event: StoredBookingEvent, signal: AbortSignal) => Promise<CompletedBookingEvent>

export type CompletedBookingEvent = Omit<StoredBookingEvent, 'change'> & Pick<BookingEvent, 'booking' | 'complete'>

export function createCompleteBookingEvent(init: CompletionInit): CompleteBookingEvent {
  const { connections, clients, completion, bookingLinks, targetOf, clock, background } = init

  async function read(
    target: Target,
    { change }: StoredBookingEvent,
    told: ToldBooking | null,
    signal: AbortSignal,
  ): Promise<Booking> {
    const options: VerbOptions = { background: true, maxWaitMs: completionMs, deadlineMs: completionMs, signal }
    const replaces = told?.booking.replaces ?? change.replaces
    if (told?.isWhole) return completion.one(target, { ...told.booking, replaces }, options)
    target.assertCan('deliverTo', 'bookings.read')
    const found = await target.call({ what: 'bookings.read', id: change.booking }, options, (api) =>
      target.scheduling.booking(api, change.booking),
    )
    const merged = told ? mergeTold(told.booking, found) : found
    return completion.one(target, { ...merged, replaces: replaces ?? found.replaces }, options)
  }

  /**
   * `null`: it cannot be read in time. Nothing is read in a process that may be frozen at any moment: the call may have to
   * refresh the grant, which would then end.
   */
  async function readInTime(
    target: Target,
    event: StoredBookingEvent,
    told: ToldBooking | null,
    signal: AbortSignal,
  ): Promise<Booking | null> {
    if (!background.goesOn()) return null
    const reading = withDeadline(clock, completionMs, signal, (bounded) => read(target, event, told, bounded))
    background.track(reading.catch(() => {}))
    return reading.catch((error: unknown) => {
      if (isStoreAway(error) || signal.aborted) throw error
      return null
    })
  }

  return async (event, signal) => {
    const { change, ...facts } = event
    const client = clients.get(event.client)
    const told = client ? toldBy(client, event) : null
    const row = await connections.get(event.connection)
    const target = client && row?.status === 'active' ? targetOf(row, client) : null
    const booking = target && (await readInTime(target, event, told, signal))
    if (booking) return Object.freeze({ ...facts, booking, complete: true })
    const { link, chain } = await bookingLinks.wayBack(event.connection, change.booking)
    const place = {
      chain: chain ?? change.chain,
      replaces: change.replaces ?? link?.replaces ?? null,
      replacedBy: told?.booking.replacedBy ?? link?.replacedBy ?? null,
    }
    if (!told) return Object.freeze({ ...facts, booking: unreadBooking(event, place), complete: false })
    return Object.freeze({ ...facts, booking: wholeBooking(told.booking, place), complete: told.isWhole })
  }
}

/** A mistake in a definition must not keep the event. */
function toldBy({ provider }: Client, { change }: StoredBookingEvent): ToldBooking | null {
  try {
    return provider.scheduling?.told(change.name, change.body) ?? null
  } catch {
    return null
  }
}
