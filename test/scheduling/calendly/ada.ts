// Ada at Calendly, with the verbs of the model for her connection.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ApiCaller } from '../../../src/core/calls.ts'
import type { EventType, Slot } from '../../../src/core/scheduling/model.ts'
import type {
  CheckedBooking,
  CheckedBookingsQuery,
  ProviderBooking,
  ProviderScheduling,
} from '../../../src/core/scheduling/provider.ts'
import { PunctualError } from '../../../src/index.ts'
import type { CalendlyApi } from '../../../src/providers/calendly/index.ts'
import { schedulingAt } from '../../../src/providers/calendly/scheduling.ts'
import { all, calendlyPerson, day, hour, type Person } from '../../typed/person.ts'

export interface Ada extends Person<CalendlyApi> {
  readonly scheduling: ProviderScheduling
  /** The active ones; `eventType` is the first. */
  readonly eventTypes: readonly EventType[]
  readonly eventType: EventType
  /** Its slots of the next days, and the window that they were asked for. */
  readonly slots: readonly Slot[]
  readonly window: { readonly from: number; readonly to: number }
  /** A request for the slot with that index. */
  requestAt(index: number, changes?: Partial<CheckedBooking>): CheckedBooking
  book(index: number, changes?: Partial<CheckedBooking>): Promise<ProviderBooking>
}

export const everything: CheckedBookingsQuery = { from: null, to: null, statuses: [], eventType: null, attendee: null }

/** `eve` offers services with questions and places, a group and a round robin. */
export async function ada(t: TestContext, account = 'ada'): Promise<Ada> {
  const person = await calendlyPerson(t, account)
  const { host, connection, at, asked } = person
  const scheduling = schedulingAt(`${host.sandbox.url}/calendly/api`)
  const eventTypes = await all(scheduling.eventTypes(connection, { active: true }))
  const [eventType] = eventTypes
  assert.ok(eventType)
  const window = { from: at(hour).getTime(), to: at(6 * day).getTime() }
  const slots = await scheduling.slots(connection, { eventType, ...window, timeZone: 'UTC', durationMinutes: null })
  const requestAt = (index: number, changes: Partial<CheckedBooking> = {}): CheckedBooking => ({
    eventType,
    start: slots[index]?.start ?? '',
    attendee: { name: 'Gil Guest', email: 'Gil@Guests.example', timeZone: 'Europe/Paris' },
    guests: [],
    location: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    durationMinutes: null,
    hold: null,
    mark: 'mark',
    ...changes,
  })
  const book = (index: number, changes?: Partial<CheckedBooking>) =>
    scheduling.book(connection, requestAt(index, changes))
  asked()
  return { ...person, scheduling, eventTypes, eventType, slots, window, requestAt, book }
}

/** The connection, whose reads of scheduled events fail. */
export function blind(connection: ApiCaller): ApiCaller {
  const failure = new PunctualError('provider_unavailable', 'The network is away.', { reason: 'network' })
  return {
    provider: connection.provider,
    account: connection.account,
    pages: (path, init) => connection.pages(path, init),
    async call(path, init) {
      if ((init?.method ?? 'GET') === 'GET' && String(path).includes('/scheduled_events/')) throw failure
      return connection.call(path, init)
    },
  }
}
