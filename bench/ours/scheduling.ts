// Verbs of the scheduling model, and the typed calls that they make.

import type { Connection } from 'punctual'
import { calcomApi } from 'punctual/calcom'
import { calendlyApi } from 'punctual/calendly'
import { calcom, calendly } from 'punctual/providers'
import { type EventType, scheduling } from 'punctual/scheduling'
import { memory } from 'punctual/store/memory'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { baseUrl, openPunctual } from './setup.ts'

export interface SandboxFacts {
  readonly url: string
  readonly calendly: Parameters<typeof calendly>[0]
  readonly calcom: Parameters<typeof calcom>[0]
}

export interface SchedulingInit {
  readonly provider: 'calendly' | 'calcom'
  readonly sandbox: SandboxFacts
}

const dayMs = 86_400_000

/** A connection of Ada at the sandbox, who consents by HTTP. */
async function connected({ provider, sandbox }: SchedulingInit) {
  const scopes = ['users:read', 'event_types:read', 'availability:read', 'scheduled_events:read']
  const client =
    provider === 'calendly'
      ? calendly({ ...sandbox.calendly, scopes })
      : calcom({ ...sandbox.calcom, scopes: ['PROFILE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ', 'SCHEDULE_READ'] })
  const punctual = openPunctual({ store: memory(), clients: [client], currentOwner: () => 'ada' })
  const begun = await punctual.handler(new Request(`${baseUrl}/connect/${provider}?returnTo=/done`))
  const consent = await fetch(`${sandbox.url}/control/authorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: begun.headers.get('location'), account: 'ada' }),
  })
  const { location } = (await consent.json()) as { location: string }
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const back = await punctual.handler(new Request(location, { headers: { cookie } }))
  const id = new URL(back.headers.get('location') ?? '').searchParams.get('connection')
  if (!id) throw new Error(`not connected: ${back.status} ${back.headers.get('location')}`)
  const connection = await punctual.connections.get(id)
  const eventType = await firstEventType(connection)
  // Both begin where a window may begin, and stay inside one that each provider answers at once.
  const from = new Date(Math.ceil(Date.now() / dayMs + 30) * dayMs)
  const to = new Date(from.getTime() + 7 * dayMs)
  return { connection, eventType, from, to, close: () => punctual.stop() }
}

async function firstEventType(connection: Connection): Promise<EventType> {
  const calendar = scheduling(connection)
  for await (const one of calendar.eventTypes())
    if (calendar.can('slots', one).yes && one.durations.length === 1) return one
  throw new Error('no event type')
}

/** `slots` of a week. */
export const slots: Setup<SchedulingInit> = async (init) => {
  const { connection, eventType, from, to, close } = await connected(init)
  const calendar = scheduling(connection)
  const operation = async () => {
    let count = 0
    for await (const _ of calendar.slots({ eventType, from, to, timeZone: 'UTC' })) count++
    if (count === 0) throw new Error('no slots')
  }
  return { round: loop(operation), close }
}

/** The typed call that they are made of. */
export const typedSlots: Setup<SchedulingInit> = async (init) => {
  const { connection, eventType, from, to, close } = await connected(init)
  const calls = {
    async calendly() {
      const query = { event_type: eventType.id, start_time: from, end_time: to }
      return (await calendlyApi(connection).availableTimes(query)).length
    },
    async calcom() {
      const query = {
        eventTypeId: Number(eventType.id),
        start: from,
        end: to,
        timeZone: 'UTC',
        format: 'range',
      } as const
      return Object.keys(await calcomApi(connection).slots(query)).length
    },
  }
  const operation = async () => {
    if ((await calls[init.provider]()) === 0) throw new Error('no slots')
  }
  return { round: loop(operation), close }
}
