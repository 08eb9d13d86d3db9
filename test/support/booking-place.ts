// A provider's bookings of one account, and the scheduling that reaches them. There are two kinds, as there are two kinds of
// providers: one that keeps metadata and moves bookings, and one that does neither. Every request is decided at one moment.
// It knows nothing of keys, so that it can judge what was done with them.

import type { ApiCaller, Pages } from '../../src/core/calls.ts'
import { PunctualError } from '../../src/core/errors.ts'
import { parseJson } from '../../src/core/json.ts'
import { type Capability, type CapabilityFact, capabilities } from '../../src/core/scheduling/capabilities.ts'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import type { EventType } from '../../src/core/scheduling/model.ts'
import type { CheckedBooking, ProviderBooking, ProviderScheduling } from '../../src/core/scheduling/provider.ts'

export type BookingKind = 'marked' | 'plain'

export interface MadeBooking {
  readonly id: string
  readonly eventType: string
  /** Ms. */
  readonly start: number
  readonly email: string
  readonly mark: string | null
  readonly createdAt: number
  readonly by: 'api' | 'person'
  readonly replaces: string | null
  replacedBy: string | null
  isCancelled: boolean
  /** When and by whom it was cancelled or moved. */
  ended: { readonly at: number; readonly by: 'api' | 'person' } | null
}

export interface PlaceResponse {
  readonly status: number
  readonly body: unknown
}

export interface BookingPlace {
  readonly bookings: readonly MadeBooking[]
  handle(method: string, path: string, body: unknown): PlaceResponse
  /** A person books on the provider's page; `false`: the time is not free. */
  bookAsPerson(start: number, email: string, eventType?: string): boolean
  /** Its guest cancels it on the provider's page. */
  cancelAsPerson(booking: MadeBooking): void
}

const lengthMs = 1_800_000

/** `single` takes one attendee at a time, `group` takes many: there the provider itself keeps nobody from booking twice. */
const capacities: Readonly<Record<string, number>> = { single1: 1, group1: 100 }

/** `provider`: its name in the model. `idPrefix`: what the ids of its bookings begin with. */
export function createBookingPlace(
  now: () => number,
  kind: BookingKind,
  provider: string,
  idPrefix: string = 'b',
): BookingPlace {
  const bookings: MadeBooking[] = []
  const shown = (booking: MadeBooking) => providerBookingOf(booking, kind, provider)
  const refusal = (reason: string): PlaceResponse => ({ status: 400, body: { reason } })

  function isFree(eventType: string, start: number): boolean {
    const taken = bookings.filter((one) => !one.isCancelled && one.start === start && one.eventType === eventType)
    return taken.length < (capacities[eventType] ?? 0)
  }

  function make(details: Pick<MadeBooking, 'eventType' | 'start' | 'email' | 'mark' | 'by' | 'replaces'>): MadeBooking {
    const made = {
      ...details,
      id: `${idPrefix}${bookings.length + 1}`,
      createdAt: now(),
      replacedBy: null,
      isCancelled: false,
      ended: null,
    }
    bookings.push(made)
    return made
  }

  function end(booking: MadeBooking, by: 'api' | 'person'): void {
    booking.isCancelled = true
    booking.ended ??= { at: now(), by }
  }

  function book({ eventType, start, email, mark }: Record<string, string>): PlaceResponse {
    const at = Date.parse(start ?? '')
    if (at <= now()) return refusal('in_the_past')
    if (!isFree(eventType ?? '', at)) return refusal('slot_taken')
    const kept = kind === 'marked' ? (mark ?? null) : null
    const details = { eventType: eventType ?? '', email: email ?? '', start: at, by: 'api', replaces: null } as const
    return { status: 201, body: shown(make({ ...details, mark: kept })) }
  }

  function move(old: MadeBooking, start: number): PlaceResponse {
    if (old.isCancelled) return refusal('invalid_request')
    if (!isFree(old.eventType, start)) return refusal('slot_taken')
    const { eventType, email, mark } = old
    const made = make({ eventType, email, mark, start, by: 'api', replaces: old.id })
    end(old, 'api')
    old.replacedBy = made.id
    return { status: 201, body: shown(made) }
  }

  function cancel(booking: MadeBooking): PlaceResponse {
    if (booking.isCancelled) return refusal('already_done')
    end(booking, 'api')
    return { status: 200, body: shown(booking) }
  }

  return {
    bookings,
    handle(method, path, body) {
      const fields = (body ?? {}) as Record<string, string>
      const [, resource, id, action] = path.split('/')
      if (resource === 'event-types') return { status: 200, body: eventTypeOf(id ?? '', provider) }
      if (resource !== 'bookings') return { status: 404, body: {} }
      if (id === undefined) return method === 'POST' ? book(fields) : { status: 200, body: bookings.map(shown) }
      const booking = bookings.find((one) => one.id === id)
      if (!booking) return { status: 404, body: {} }
      if (action === 'cancel') return cancel(booking)
      return action === 'move' ? move(booking, Date.parse(fields.start ?? '')) : { status: 200, body: shown(booking) }
    },
    bookAsPerson(start, email, eventType = 'single1') {
      if (!isFree(eventType, start)) return false
      make({ eventType, email, start, mark: null, by: 'person', replaces: null })
      return true
    },
    cancelAsPerson: (booking) => end(booking, 'person'),
  }
}

function eventTypeOf(id: string, provider: string): EventType {
  return {
    id,
    provider,
    name: id,
    slug: id,
    description: null,
    active: true,
    hidden: false,
    bookingUrl: null,
    durations: [lengthMs / 60_000],
    owner: { kind: 'person', id: null, name: null },
    assignment: 'one',
    locations: [],
    questions: [],
    capacity: capacities[id] ?? 1,
    needsApproval: false,
    recurrence: null,
    price: null,
    limits: null,
    raw: null,
  }
}

function providerBookingOf(booking: MadeBooking, kind: BookingKind, provider: string): ProviderBooking {
  const { id, eventType, start, email, mark, createdAt, isCancelled, replaces, replacedBy } = booking
  const status = isCancelled ? 'cancelled' : 'confirmed'
  const guest = { id: `${id}-${email}`, name: email, email, phone: null, timeZone: 'Europe/Paris', locale: null }
  return {
    id,
    provider,
    status,
    declined: false,
    start: utcInstant(start),
    end: utcInstant(start + lengthMs),
    previousStart: null,
    replaces,
    replacedBy,
    eventType,
    title: null,
    hosts: [],
    attendees: [{ ...guest, status, noShow: false, manage: null }],
    guests: [],
    location: { kind: 'unknown', raw: null },
    joinUrl: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: kind === 'marked' && mark !== null ? { mark } : null,
    cancellation: null,
    capacity: null,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: null,
    icalUid: null,
    raw: null,
  }
}

const native: CapabilityFact = { how: 'native', scopes: [] }
const toAttendee = { yes: false, because: 'provider', instead: { url: 'https://sim.test/move' } } as const

/** The scheduling of a definition whose API has these bookings below `base`. */
export function placeScheduling(kind: BookingKind, base = ''): ProviderScheduling {
  const all = Object.fromEntries(capabilities.map((name) => [name, native])) as Record<Capability, CapabilityFact>
  const none: CapabilityFact = { how: 'none', note: 'The attendee does it.' }
  const facts = kind === 'marked' ? all : { ...all, reschedule: none, 'book.metadata': none }
  const at = (path: string) => `${base}${path}`
  const missing = async (): Promise<never> => {
    throw new Error('not part of this provider')
  }
  const noList = (): Pages<never> => {
    throw new Error('not part of this provider')
  }
  return {
    capabilities: facts,
    slotWindowMs: null,
    missingScopes: () => [],
    limit: (what) => (kind === 'plain' && what === 'reschedule' ? toAttendee : null),
    idProblem: (_, id) => (/^\w+$/.test(id) ? null : 'must be a word'),
    bookingProblem: () => null,
    me: missing,
    eventTypes: noList,
    eventType: (api, id) => send(api, at(`/event-types/${id}`)),
    schedules: noList,
    slots: missing,
    hold: missing,
    book: (api, { eventType, start, attendee, mark }) =>
      send(api, at('/bookings'), { eventType: eventType.id, start, email: attendee.email, mark }),
    async findBooked(api, request) {
      const found = await send<ProviderBooking[]>(api, at('/bookings'))
      return found
        .filter((one) => isOf(one, request, kind))
        .map((booking) => ({ booking, madeAt: kind === 'marked' ? null : booking.createdAt }))
    },
    bookings: noList,
    booking: (api, id) => send(api, at(`/bookings/${id}`)),
    reschedule: kind === 'marked' ? (api, { id }, { start }) => send(api, at(`/bookings/${id}/move`), { start }) : null,
    cancel: (api, { id }) =>
      send<ProviderBooking>(api, at(`/bookings/${id}/cancel`), {}).catch((error: unknown) => {
        if (error instanceof PunctualError && error.reason === 'already_done') return send(api, at(`/bookings/${id}`))
        throw error
      }),
    markNoShow: missing,
    change: () => null,
    told: () => null,
  }
}

function isOf(found: ProviderBooking, request: CheckedBooking, kind: BookingKind): boolean {
  if (found.replaces !== null) return false
  if (kind === 'marked') return found.metadata?.mark === request.mark
  const isSame = found.eventType === request.eventType.id && Date.parse(found.start) === Date.parse(request.start)
  return isSame && found.attendees[0]?.email?.toLowerCase() === request.attendee.email?.toLowerCase()
}

async function send<Value>(api: ApiCaller, path: string, body?: object): Promise<Value> {
  const { response, failure } = await api.call(path, body && { method: 'POST', body: JSON.stringify(body) })
  if (failure) throw failure
  const value = parseJson(await response.text())
  if (value !== undefined) return value as Value
  const reason = body ? 'outcome_unknown' : 'unexpected_answer'
  throw new PunctualError('provider_unavailable', 'The answer is not JSON.', { reason, retryable: !body })
}
