// Completes a booking event before it is dispatched: the webhook tells what has happened, and what it leaves out is read from
// the provider. No event is lost because that cannot be read: it then says that it is not complete.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import type { BookingEvent } from '../core/events.ts'
import { withDeadline } from '../core/http.ts'
import type { Client } from '../core/provider.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { StoredBookingEvent } from '../records/outbox.ts'
import { type Completion, wholeBooking } from './completion.ts'
import { mergeTold, type Told, unreadBooking, withMarks } from './event-booking.ts'
import type { Target } from './target.ts'

/** How long a dispatch waits for what the webhook leaves out. The handler has the rest of the 30 s. */
const completionMs = 4000

export interface CompletionInit {
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly completion: Pick<Completion, 'one'>
  readonly bookingLinks: Pick<BookingLinkRecords, 'wayBack' | 'of'>
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
    told: Told,
    signal: AbortSignal,
  ): Promise<Booking> {
    const options: VerbOptions = { background: true, maxWaitMs: completionMs, deadlineMs: completionMs, signal }
    const { whole } = told
    const replaces = whole?.booking.replaces ?? change.replaces
    if (whole?.isWhole) return completion.one(target, { ...whole.booking, replaces }, options)
    target.assertCan('deliverTo', 'bookings.read')
    const found = await target.call({ what: 'bookings.read', id: change.booking }, options, (api) =>
      target.scheduling.booking(api, change.booking),
    )
    const merged = whole ? mergeTold(whole.booking, found) : withMarks(found, told)
    return completion.one(target, { ...merged, replaces: replaces ?? found.replaces }, options)
  }

  /**
   * `null`: it cannot be read in time. Nothing is read in a process that may be frozen at any moment: the call may have to
   * refresh the grant, which would then end.
   */
  async function readInTime(
    target: Target,
    event: StoredBookingEvent,
    told: Told,
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

  async function startOf(connection: string, booking: string | null): Promise<string | null> {
    return booking === null ? null : ((await bookingLinks.of(connection, [booking]))[0]?.start ?? null)
  }

  return async (event, signal) => {
    const { change, ...facts } = event
    const client = clients.get(event.client)
    const told = client ? toldBy(client, event) : nothingTold
    const { whole } = told
    const row = await connections.get(event.connection)
    const target = client && row?.status === 'active' ? targetOf(row, client) : null
    const booking = target && (await readInTime(target, event, told, signal))
    if (booking) return Object.freeze({ ...facts, booking, complete: true })
    const { link, chain } = await bookingLinks.wayBack(event.connection, change.booking)
    const replaces = change.replaces ?? link?.replaces ?? null
    const place = {
      chain: chain ?? change.chain,
      replaces,
      replacedBy: whole?.booking.replacedBy ?? link?.replacedBy ?? null,
      previousStart: whole?.booking.previousStart ?? (await startOf(event.connection, replaces)),
    }
    if (!whole) return Object.freeze({ ...facts, booking: unreadBooking(event, place, told), complete: false })
    return Object.freeze({
      ...facts,
      booking: wholeBooking(whole.booking, place, row?.account ?? null),
      complete: whole.isWhole,
    })
  }
}

const nothingTold: Told = { whole: null, noShows: [] }

/** A mistake in a definition must not keep the event. */
function toldBy({ provider: { scheduling } }: Client, { change: { name, body } }: StoredBookingEvent): Told {
  try {
    const whole = scheduling?.told(name, body) ?? null
    return { whole, noShows: (whole === null && scheduling?.change(name, body)?.noShows) || [] }
  } catch {
    return nothingTold
  }
}
