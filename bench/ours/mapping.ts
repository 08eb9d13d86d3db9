// The mappings of the scheduling model: the functions that turn a provider's words into those of the model, and the typed calls
// that bring these words.

import type { Connection } from 'punctual'
import { calcomApi } from 'punctual/calcom'
import { calendlyApi } from 'punctual/calendly'
import { calcom, calendly } from 'punctual/providers'
import { type EventType, scheduling } from 'punctual/scheduling'
import { memory } from 'punctual/store/memory'
import { bookingOf as ofCalcomBooking } from '../../src/providers/calcom/scheduling/booking.ts'
import { eventTypeOf as ofCalcomEventType } from '../../src/providers/calcom/scheduling/event-type.ts'
import { slotsOf as ofCalcomSlots } from '../../src/providers/calcom/scheduling/slots.ts'
import { bookingOf as ofCalendlyBooking } from '../../src/providers/calendly/scheduling/booking.ts'
import { eventTypeOf as ofCalendlyEventType } from '../../src/providers/calendly/scheduling/event-type.ts'
import { slotsOf as ofCalendlySlots } from '../../src/providers/calendly/scheduling/slots.ts'
import type { Setup } from '../harness/contender.ts'
import type { Page } from '../questions/mapping.ts'
import { baseUrl, openPunctual } from './setup.ts'

export interface SandboxFacts {
  readonly url: string
  readonly calendly: Parameters<typeof calendly>[0]
  readonly calcom: Parameters<typeof calcom>[0]
}

export interface MappingInit {
  readonly provider: 'calendly' | 'calcom'
  readonly sandbox: SandboxFacts
}

/** Makes a typed call, and returns what maps its result, with the number of what it makes. */
type Call = () => Promise<() => number>

interface Asked {
  readonly connection: Connection
  readonly eventType: EventType
  readonly from: Date
  readonly to: Date
}

const dayMs = 86_400_000

export const mapping: Setup<MappingInit> = async ({ provider, sandbox }) => {
  const { connection, close } = await connected({ provider, sandbox })
  await post(`${sandbox.url}/control/bookings`, { provider, account: 'ada' })
  const from = new Date(Math.ceil(Date.now() / dayMs + 2) * dayMs)
  const asked = {
    connection,
    eventType: await firstEventType(connection),
    from,
    to: new Date(from.getTime() + 31 * dayMs),
  }
  const calls = provider === 'calcom' ? calcomCalls(asked) : calendlyCalls(asked)
  const maps = new Map<Page, () => number>()
  return {
    /** Makes the call that often. Returns how much of the model one answer is. */
    async call(page: Page, times: number) {
      for (let done = 0; done < times; done++) maps.set(page, await calls[page]())
      return maps.get(page)?.()
    },
    async map(page: Page, times: number) {
      for (let done = 0; done < times; done++) maps.get(page)?.()
    },
    close,
  }
}

function calendlyCalls({ connection, eventType, from, to }: Asked): Readonly<Record<Page, Call>> {
  const api = calendlyApi(connection)
  return {
    async 'event types'() {
      const found = await all(api.eventTypes({ count: 100 }))
      return () => found.map(ofCalendlyEventType).length
    },
    async 'slots of 31 days'() {
      const found = await api.availableTimes({ event_type: eventType.id, start_time: from, end_time: to })
      return () => ofCalendlySlots(found, eventType.id, eventType.durations[0] ?? 0).length
    },
    async 'a booking'() {
      const [event] = await all(api.scheduledEvents({ count: 1, status: 'active', sort: 'start_time:asc' }))
      if (!event) throw new Error('no booking')
      const invitees = await all(api.invitees(event.uri))
      return () => (ofCalendlyBooking({ event, invitees }) ? 1 : 0)
    },
  }
}

function calcomCalls({ connection, eventType, from, to }: Asked): Readonly<Record<Page, Call>> {
  const api = calcomApi(connection)
  const timeZone = 'UTC'
  return {
    async 'event types'() {
      const found = await api.eventTypes()
      return () => found.map(ofCalcomEventType).length
    },
    async 'slots of 31 days'() {
      const found = await api.slots({
        eventTypeId: Number(eventType.id),
        ...{ start: from, end: to, timeZone, format: 'range' },
      })
      const query = { eventType, from: from.getTime(), to: to.getTime(), timeZone, durationMinutes: null }
      return () => ofCalcomSlots(found, query).length
    },
    async 'a booking'() {
      const found = await all(api.bookings({ status: ['upcoming'] }))
      return () => found.map(ofCalcomBooking).length
    },
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

/** A connection of Ada, who consents by HTTP. */
async function connected({
  provider,
  sandbox,
}: MappingInit): Promise<{ connection: Connection; close: () => Promise<unknown> }> {
  const scopes = ['users:read', 'event_types:read', 'availability:read', 'scheduled_events:read']
  const client =
    provider === 'calendly'
      ? calendly({ ...sandbox.calendly, scopes })
      : calcom({ ...sandbox.calcom, scopes: ['PROFILE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ', 'SCHEDULE_READ'] })
  let aheadMs = 0
  const punctual = openPunctual({
    store: memory(),
    clients: [client],
    currentOwner: () => 'ada',
    // Each call a while after the one before, so that none waits for its turn.
    clock: { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs },
    fetch(input, init) {
      aheadMs += 150
      return fetch(input, init)
    },
  })
  const begun = await punctual.handler(new Request(`${baseUrl}/connect/${provider}?returnTo=/done`))
  const consent = await post(`${sandbox.url}/control/authorize`, {
    url: begun.headers.get('location'),
    account: 'ada',
  })
  const { location } = (await consent.json()) as { location: string }
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const back = await punctual.handler(new Request(location, { headers: { cookie } }))
  const id = new URL(back.headers.get('location') ?? '').searchParams.get('connection')
  if (!id) throw new Error(`not connected: ${back.status} ${back.headers.get('location')}`)
  return { connection: await punctual.connections.get(id), close: () => punctual.stop() }
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response
}

async function firstEventType(connection: Connection): Promise<EventType> {
  const calendar = scheduling(connection)
  for await (const one of calendar.eventTypes())
    if (calendar.can('slots', one).yes && one.durations.length === 1) return one
  throw new Error('no event type')
}
