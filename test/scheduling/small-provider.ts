// A provider of a few lines, made by `defineProvider`, that brings its own scheduling. Its API runs in this process and speaks
// the model's own shapes, so that a test sees what is the same for every provider and nothing of a mapping.

import type { TestContext } from 'node:test'
import type { ApiCaller, Pages } from '../../src/core/calls.ts'
import { type Capability, type CapabilityFact, capabilities } from '../../src/core/scheduling/capabilities.ts'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import type { EventType, Schedule } from '../../src/core/scheduling/model.ts'
import type { ProviderBooking, ProviderScheduling } from '../../src/core/scheduling/provider.ts'
import type { Connection, RefusalReason } from '../../src/index.ts'
import { type Scheduling, scheduling } from '../../src/scheduling/index.ts'
import { type ScriptedHost, startScripted } from '../support/scripted-provider.ts'

export const dayMs = 86_400_000

/** What the small provider knows. */
export interface SmallWorld {
  eventTypes: EventType[]
  schedules: Schedule[]
  bookings: ProviderBooking[]
  /** The starts of free slots, in order; ms. */
  slots: (eventType: string) => readonly number[]
  /** The longest span of one request for slots. */
  slotWindowMs: number | null
  pageSize: number
  /** A response in place of its own; `null`: its own. */
  answer: (request: Request) => Response | Promise<Response> | null
}

export interface SmallHost {
  readonly host: ScriptedHost
  readonly world: SmallWorld
  readonly connection: Connection
  readonly calendar: Scheduling
  /** The requests to the API since the last call of this function, such as `GET /bookings/b1`. */
  asked(): string[]
  now(): number
}

const native: CapabilityFact = { how: 'native', scopes: [] }

/** Every capability, natively, but for those that are given. */
export function factsWith(
  others: Partial<Record<Capability, CapabilityFact>> = {},
): Readonly<Record<Capability, CapabilityFact>> {
  const all = Object.fromEntries(capabilities.map((name) => [name, native])) as Record<Capability, CapabilityFact>
  return { ...all, ...others }
}

/** Connects an account of the small provider. `changes` replace parts of its scheduling. */
export async function startSmall(
  t: Pick<TestContext, 'after'>,
  changes: Partial<ProviderScheduling> = {},
  scopes: readonly string[] = ['read', 'write'],
): Promise<SmallHost> {
  const world: SmallWorld = {
    eventTypes: [smallEventType()],
    schedules: [],
    bookings: [],
    slots: () => [],
    slotWindowMs: changes.slotWindowMs ?? null,
    pageSize: 3,
    answer: () => null,
  }
  const host = startScripted(
    t,
    {
      scheduling: { ...smallScheduling, ...changes },
      meaning({ status, json }) {
        const { reason } = (json ?? {}) as { reason?: RefusalReason }
        return status === 401 ? { kind: 'token_ended' } : reason ? { kind: 'refused', reason } : { kind: 'other' }
      },
      paging({ json }) {
        const { items, next } = (json ?? {}) as { items?: unknown[]; next?: string | null }
        return items ? { items, next: next ?? null } : null
      },
      async identify(_answer, call) {
        const { sub, timeZone = null } = (await call('/me')).json as { sub: string; timeZone?: string }
        return { id: sub, name: null, email: null, timeZone }
      },
    },
    scopes,
  )
  host.profile.timeZone = 'Europe/Paris'
  const connection = await host.connect('eve')
  let asked: string[] = []
  host.api = (request) => {
    const { pathname, search } = new URL(request.url)
    asked.push(`${request.method} ${pathname.replace('/api', '')}${decodeURIComponent(search)}`)
    return world.answer(request) ?? respond(world, request, () => host.clock.now())
  }
  return {
    host,
    world,
    connection,
    calendar: scheduling(connection),
    asked() {
      const seen = asked
      asked = []
      return seen
    },
    now: () => host.clock.now(),
  }
}

export function smallEventType(changes: Partial<EventType> = {}): EventType {
  return {
    id: 'et1',
    name: 'Meeting',
    slug: 'meeting',
    description: null,
    active: true,
    hidden: false,
    bookingUrl: null,
    durations: [30],
    owner: { kind: 'person', id: 'eve', name: 'Eve' },
    assignment: 'one',
    locations: [],
    questions: [],
    capacity: 1,
    needsApproval: false,
    recurrence: null,
    price: null,
    limits: null,
    provider: 'scripted',
    raw: null,
    ...changes,
  }
}

export function smallBooking(id: string, startMs: number, changes: Partial<ProviderBooking> = {}): ProviderBooking {
  return {
    id,
    status: 'confirmed',
    declined: false,
    start: utcInstant(startMs),
    end: utcInstant(startMs + 1_800_000),
    previousStart: null,
    replaces: null,
    replacedBy: null,
    eventType: 'et1',
    title: 'Meeting',
    hosts: [{ id: 'eve', name: 'Eve', email: 'eve@hosts.example', timeZone: 'Europe/Paris', noShow: null }],
    attendees: [smallAttendee('gil')],
    guests: [],
    location: { kind: 'video', service: 'zoom' },
    joinUrl: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    cancellation: null,
    capacity: null,
    createdAt: null,
    updatedAt: null,
    icalUid: null,
    provider: 'scripted',
    raw: null,
    ...changes,
  }
}

export function smallAttendee(name: string): ProviderBooking['attendees'][number] {
  return {
    id: `attendee-${name}`,
    name,
    email: `${name}@guests.example`,
    phone: null,
    timeZone: 'Asia/Calcutta',
    locale: null,
    status: 'confirmed',
    noShow: false,
    manage: null,
  }
}

/** The provider's side of the contract: one request each, and nothing to map. */
export const smallScheduling: ProviderScheduling = {
  capabilities: factsWith(),
  slotWindowMs: null,
  missingScopes: (granted, needed) => needed.filter((scope) => !granted.includes(scope)),
  limit: () => null,
  idProblem: (_kind, id) => (/^[a-z]+\d+$/.test(id) ? null : 'must be letters and a number'),
  bookingProblem: ({ attendee }) => (attendee.email ? null : 'attendee.email is missing. Give it'),
  me: (api) => send(api, '/person'),
  eventTypes: (api, _query, from) => listOf(api, '/event-types', from),
  eventType: (api, id) => send(api, `/event-types/${id}`),
  schedules: (api, from) => listOf(api, '/schedules', from),
  slots: (api, { eventType, from, to, timeZone, durationMinutes }) =>
    send(
      api,
      `/slots?${new URLSearchParams({
        eventType: eventType.id,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        timeZone,
        minutes: String(durationMinutes ?? eventType.durations[0]),
      })}`,
    ),
  hold: (api, slot, forMs) => send(api, '/holds', { ...slot, forMs }),
  book: (api, { eventType, start, attendee }) => send(api, '/bookings', { eventType: eventType.id, start, attendee }),
  findBooked: async () => [],
  bookings: (api, _query, from) => listOf(api, '/bookings', from),
  booking: (api, id) => send(api, `/bookings/${id}`),
  reschedule: (api, { id }, { start }) => send(api, `/bookings/${id}/move`, { start }),
  cancel: (api, { id }) => send(api, `/bookings/${id}/cancel`, {}),
  markNoShow: (api, { id }, who, absent) =>
    send(api, `/bookings/${id}/no-show`, { attendee: 'host' in who ? null : who.attendee.id, absent }),
  change: () => null,
  told: () => null,
}

async function send<Value>(api: ApiCaller, path: string, body?: object): Promise<Value> {
  const { response, failure } = await api.call(path, body && { method: 'POST', body: JSON.stringify(body) })
  if (failure) throw failure
  return response.json()
}

function listOf<Item>(api: ApiCaller, path: string, from: string | undefined): Pages<Item> {
  return api.pages<Item>(path, from === undefined ? {} : { from })
}

function respond(world: SmallWorld, request: Request, now: () => number): Response | Promise<Response> | null {
  const { pathname, searchParams } = new URL(request.url)
  const [, , resource, id, action] = pathname.split('/')
  if (resource === 'me') return null
  if (resource === 'person') return Response.json(person)
  if (resource === 'slots') return slotsOf(world, searchParams, now())
  if (resource === 'holds') return holdOf(request, now())
  const lists = { 'event-types': world.eventTypes, schedules: world.schedules, bookings: world.bookings }
  const items = lists[resource as keyof typeof lists]
  if (request.method === 'GET' && id === undefined)
    return page(items, Number(searchParams.get('skip')), world, pathname)
  const found = items.find((item) => item.id === id)
  if (!found) return Response.json({}, { status: 404 })
  return action === undefined ? Response.json(found) : change(found as ProviderBooking, request)
}

const person = {
  id: 'eve',
  name: 'Eve',
  email: 'eve@hosts.example',
  username: 'eve',
  timeZone: 'Asia/Calcutta',
  locale: null,
  avatarUrl: null,
  bookingUrl: null,
  provider: 'scripted',
  raw: null,
}

function page(items: readonly unknown[], skip: number, { pageSize }: SmallWorld, pathname: string): Response {
  const end = skip + pageSize
  const next = end < items.length ? `${pathname.replace('/api', '')}?skip=${end}` : null
  return Response.json({ items: items.slice(skip, end), next })
}

function slotsOf(world: SmallWorld, query: URLSearchParams, now: number): Response {
  const [from = 0, to = 0] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? ''))
  if (from < now) return Response.json({ error: 'from is in the past' }, { status: 400 })
  if (world.slotWindowMs !== null && to - from > world.slotWindowMs)
    return Response.json({ error: 'the span is too long' }, { status: 400 })
  const eventType = query.get('eventType') ?? ''
  const lengthMs = Number(query.get('minutes')) * 60_000
  // Both ends count, as they may at a provider.
  const starts = world.slots(eventType).filter((ms) => from <= ms && ms <= to)
  const slot = (ms: number) => ({ eventType, start: utcInstant(ms), end: utcInstant(ms + lengthMs) })
  return Response.json(starts.map((ms) => ({ ...slot(ms), seatsLeft: 1, bookingUrl: null })))
}

async function holdOf(request: Request, now: number): Promise<Response> {
  const { eventType, start, durationMinutes, forMs } = await request.json()
  const end = utcInstant(Date.parse(start) + (durationMinutes ?? 30) * 60_000)
  return Response.json({ id: 'hold1', eventType, start, end, expiresAt: utcInstant(now + (forMs ?? 300_000)) })
}

async function change(booking: ProviderBooking, request: Request): Promise<Response> {
  const { attendee, absent } = await request.json()
  const attendees = booking.attendees.map((one) => (one.id === attendee ? { ...one, noShow: absent } : one))
  const hosts = booking.hosts.map((host) => (attendee === null ? { ...host, noShow: absent } : host))
  return Response.json({ ...booking, attendees, hosts })
}
