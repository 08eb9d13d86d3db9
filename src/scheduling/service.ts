// Makes the verbs of a connection: what is the same for every provider, over what its definition says.

import type { BackgroundWork } from '../core/background-work.ts'
import type { ApiCaller } from '../core/calls.ts'
import { checkValue } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { clientRemoved } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingKeyRecords } from '../records/booking-keys.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { ConnectionRecords } from '../records/connections.ts'
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
import { verbsThatRefuse } from './without-scheduling.ts'

export interface SchedulingDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly bookingKeys: BookingKeyRecords
  readonly bookingLinks: BookingLinkRecords
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
  /** A job: ends the changes that nobody asks about any more. */
  endChanges(): Promise<void>
}

export function createScheduling(dependencies: SchedulingDependencies): SchedulingService {
  const {
    clients,
    clock,
    bookingKeys: keys,
    bookingLinks: links,
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
    return createTarget(row, bookable, api, learnt, clock)
  }

  return {
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
        ...readingVerbs(target, completion, clock),
        ...changesOf(target, completion),
      })
    },
  }
}

function readingVerbs(
  target: Target,
  completion: Completion,
  clock: Pick<Clock, 'now'>,
): Omit<Scheduling, 'provider' | keyof Changes> {
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
