// Makes the verbs of a connection: what is the same for every provider, over what its definition says.

import type { BackgroundWork } from '../core/background-work.ts'
import type { ApiCaller } from '../core/calls.ts'
import { checkValue } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { KnownObstacle } from '../core/connection-limits.ts'
import { membersOf } from '../core/json.ts'
import { clientRemoved } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingKeyRecords } from '../records/booking-keys.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { ListPositions } from '../records/list-positions.ts'
import { type CompleteBookingEvent, createCompleteBookingEvent } from './booking-events.ts'
import { booking, bookings, markNoShow } from './bookings.ts'
import { checkCapability } from './can.ts'
import { createChains } from './chains.ts'
import { type Changes, createChanges } from './changes.ts'
import { type Completion, createCompletion } from './completion.ts'
import { eventType, eventTypes, me, schedules } from './event-types.ts'
import { hold } from './hold.ts'
import { createLearnt } from './learnt.ts'
import { objectOf } from './references.ts'
import { createResolveKeys } from './resolve-keys.ts'
import { slots } from './slots.ts'
import { type BookableProvider, createTarget, type Target } from './target.ts'
import { createLinkToldRebooking, type LinkToldRebooking } from './told-rebooking.ts'
import { told, toldList, toldPages } from './verb-errors.ts'
import { verbsThatRefuse } from './without-scheduling.ts'

export interface SchedulingDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly bookingKeys: BookingKeyRecords
  readonly bookingLinks: BookingLinkRecords
  readonly listPositions: ListPositions
  readonly connections: Pick<ConnectionRecords, 'get'>
  /** Makes calls in the name of a connection. */
  readonly callerOf: (connection: ConnectionRow) => ApiCaller
  readonly aside: SetAside
  readonly background: BackgroundWork & {
    /** Makes `stop` wait for a caller's work. */
    follow<Result>(work: Promise<Result>): Promise<Result>
  }
}

export interface SchedulingService {
  /** Returns the verbs of a connection, which make their calls with `api`. */
  verbsOf(row: ConnectionRow, api: ApiCaller): Scheduling
  readonly completeBookingEvent: CompleteBookingEvent
  readonly linkToldRebooking: LinkToldRebooking
  /** What refusals have shown of a connection's plan and role. */
  obstaclesOf(connection: string): readonly KnownObstacle[]
  /** A job: ends the changes that nobody asks about any more. */
  endChanges(): Promise<void>
}

export function createScheduling(dependencies: SchedulingDependencies): SchedulingService {
  const {
    clients,
    clock,
    bookingKeys: keys,
    bookingLinks: links,
    listPositions: positions,
    connections,
    callerOf,
    aside,
    background,
  } = dependencies
  const learnt = createLearnt(clock)
  const completion = createCompletion(createChains(links))
  const changesOf = createChanges({ keys, links, clock, follow: background.follow })

  /** `null`: Punctual cannot book there. */
  function targetOf(row: ConnectionRow, { provider }: Client, api: ApiCaller): Target | null {
    const { name, title, scheduling } = provider
    if (!scheduling) return null
    const bookable: BookableProvider = { name, title, scheduling }
    return createTarget(row, bookable, api, { learnt, positions, clock })
  }

  return {
    linkToldRebooking: createLinkToldRebooking({ keys, links, clock }),
    obstaclesOf: (connection) =>
      learnt.ofAll(connection).map(({ what, because, leftMs }) => {
        return { what, because, until: new Date(clock.now() + leftMs) }
      }),
    endChanges: createResolveKeys({
      keys,
      links,
      connections,
      clock,
      aside,
      stopping: background.stopping,
      targetOf(row) {
        const client = clients.get(row.client)
        return client ? targetOf(row, client, callerOf(row)) : null
      },
    }),
    completeBookingEvent: createCompleteBookingEvent({
      connections,
      clients,
      completion,
      bookingLinks: links,
      clock,
      background,
      targetOf: (row, client) => targetOf(row, client, callerOf(row)),
    }),
    verbsOf(row, api) {
      const client = clients.get(row.client)
      if (!client) throw clientRemoved('scheduling')
      const { name } = client.provider
      const target = targetOf(row, client, api)
      if (!target) return verbsThatRefuse(client.provider)
      return Object.freeze({
        provider: name,
        ...verbsThatTell({ ...readingVerbs(target, completion, clock), ...changesOf(target, completion) }),
      })
    },
  }
}

type Verbs = Omit<Scheduling, 'provider'>

/** The same verbs, whose errors say which verb they are of. */
function verbsThatTell(verbs: Verbs): Verbs {
  const ofType = (reference: unknown) => ({ about: { kind: 'event type', reference } }) as const
  const ofBooking = (reference: unknown) => ({ about: { kind: 'booking', reference } }) as const
  const typeIn = (given: unknown) => ofType(membersOf(given).eventType)
  return {
    can: verbs.can,
    me: (options) => told({ place: 'me', options }, () => verbs.me(options)),
    eventTypes: (query, options) => toldPages({ place: 'eventTypes', options }, verbs.eventTypes(query, options)),
    eventType: (id, options) =>
      told({ place: 'eventType', options, ...ofType(id) }, () => verbs.eventType(id, options)),
    schedules: (options) => toldPages({ place: 'schedules', options }, verbs.schedules(options)),
    slots: (query, options) => toldList({ place: 'slots', options, ...typeIn(query) }, verbs.slots(query, options)),
    hold: (slot, options) => told({ place: 'hold', options, ...typeIn(slot) }, () => verbs.hold(slot, options)),
    book: (request, options) =>
      told({ place: 'book', options, ...typeIn(request) }, () => verbs.book(request, options)),
    bookings: (query, options) => toldPages({ place: 'bookings', options }, verbs.bookings(query, options)),
    booking: (id, options) => told({ place: 'booking', options, ...ofBooking(id) }, () => verbs.booking(id, options)),
    reschedule: (booking, to, options) =>
      told({ place: 'reschedule', options, ...ofBooking(booking) }, () => verbs.reschedule(booking, to, options)),
    cancel: (booking, options) =>
      told({ place: 'cancel', options, ...ofBooking(booking) }, () => verbs.cancel(booking, options)),
    markNoShow: (booking, who, options) =>
      told({ place: 'markNoShow', options, ...ofBooking(booking) }, () => verbs.markNoShow(booking, who, options)),
  }
}

function readingVerbs(target: Target, completion: Completion, clock: Pick<Clock, 'now'>): Omit<Verbs, keyof Changes> {
  return {
    can(what, on) {
      checkCapability(what)
      if (on !== undefined) checkValue('can', 'on', on, objectOf(target))
      return target.can(what, on)
    },
    me: (options) => me(target, options),
    eventTypes: (query, options) => eventTypes(target, query, options),
    eventType: (id, options) => eventType(target, id, options),
    schedules: (options) => schedules(target, options),
    slots: (query, options) => slots(target, clock, query, options),
    hold: (slot, options) => hold(target, slot, options),
    bookings: (query, options) => bookings(target, completion, query, options),
    booking: (id, options) => booking(target, completion, id, options),
    markNoShow: (found, who, options) => markNoShow(target, completion, found, who, options),
  }
}
