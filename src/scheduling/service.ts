// Makes the verbs of a connection: what is the same for every provider, over what its definition says.

import type { ApiCaller } from '../core/calls.ts'
import { checkValue } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { clientRemoved } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import { booking, bookings, markNoShow } from './bookings.ts'
import { checkCapability } from './can.ts'
import { createChains } from './chains.ts'
import { type Completion, createCompletion } from './completion.ts'
import { eventType, eventTypes, me, schedules } from './event-types.ts'
import { hold } from './hold.ts'
import { createLearnt } from './learnt.ts'
import { objectOf } from './references.ts'
import { slots } from './slots.ts'
import { type BookableProvider, createTarget, type Target } from './target.ts'
import { verbsThatRefuse } from './without-scheduling.ts'

/** The verbs that change a booking. */
export type Changes = Pick<Scheduling, 'book' | 'reschedule' | 'cancel'>

export interface SchedulingDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly links: Pick<BookingLinkStore, 'of' | 'put'>
  readonly changesOf: (target: Target, completion: Completion) => Changes
}

export interface SchedulingService {
  /** Returns the verbs of a connection, which make their calls with `api`. */
  verbsOf(row: ConnectionRow, api: ApiCaller): Scheduling
}

export function createScheduling({ clients, clock, links, changesOf }: SchedulingDependencies): SchedulingService {
  const learnt = createLearnt(clock)
  const completion = createCompletion(createChains(links))

  return {
    verbsOf(row, api) {
      const client = clients.get(row.client)
      if (!client) throw clientRemoved('scheduling')
      const { name, title, scheduling } = client.provider
      if (!scheduling) return verbsThatRefuse(client.provider)
      const provider: BookableProvider = { name, title, scheduling }
      const target = createTarget(row, provider, api, learnt)
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
