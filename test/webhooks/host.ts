// A host application that subscribes to webhooks of the sandbox, and what the sandbox sends to it. For each provider:
// how to book and cancel there.

import { createHmac } from 'node:crypto'
import type { TestContext } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import type { Connection, PunctualEvent, PunctualOptions } from '../../src/index.ts'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { monday, start } from '../support/dates.ts'
import { type Host, startQuietHost, testKey } from '../support/host.ts'
import type { IdleClock } from '../support/idle-clock.ts'

export { monday }

type Store = ReturnType<typeof memory>

/** What the tests need to know about a provider. */
export interface Case {
  readonly client: 'calendly' | 'calcom'
  /** The path of its subscriptions. */
  readonly hooks: string
  /** The scopes that these tests need. */
  readonly scopes: string[]
  /** The names of the events for a new and for a canceled booking. */
  readonly events: readonly [created: string, canceled: string]
  /** The name of a third event. */
  readonly third: string
  /** Books, and returns what `cancel` needs. */
  book(connection: Connection, start: string): Promise<string>
  cancel(connection: Connection, booking: string): Promise<void>
}

export const cases: readonly Case[] = [
  {
    client: 'calendly',
    hooks: '/webhook_subscriptions',
    scopes: ['users:read', 'event_types:read', 'scheduled_events:write', 'webhooks:write'],
    events: ['invitee.created', 'invitee.canceled'],
    third: 'invitee_no_show.created',
    async book(connection, start) {
      const types = await read(connection, `/event_types?user=${encodeURIComponent(connection.account.id)}`)
      const invitee = { name: 'Gil Guest', email: 'gil@guests.example', timezone: 'UTC' }
      const event_type = types.collection[0].uri
      const made = await read(connection, '/invitees', { event_type, start_time: start, invitee })
      return new URL(made.resource.event).pathname.replace(/^.*(?=\/scheduled_events)/, '')
    },
    async cancel(connection, event) {
      await read(connection, `${event}/cancellation`, {})
    },
  },
  {
    client: 'calcom',
    hooks: '/v2/webhooks',
    scopes: ['PROFILE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ', 'BOOKING_WRITE', 'WEBHOOK_READ', 'WEBHOOK_WRITE'],
    events: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
    third: 'BOOKING_RESCHEDULED',
    async book(connection, start) {
      const types = await read(connection, '/v2/event-types')
      const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'UTC' }
      const made = await read(connection, '/v2/bookings', { start, attendee, eventTypeId: types.data[0].id })
      return made.data.uid
    },
    async cancel(connection, uid) {
      await read(connection, `/v2/bookings/${uid}/cancel`, { cancellationReason: 'Ill' })
    },
  },
]

/** One delivery as the provider sent it. */
export interface Sent {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  /** The status that the host application answered. */
  readonly status: number
}

export interface Listening extends Host {
  readonly clock: IdleClock
  readonly store: Store
  readonly sent: Sent[]
  readonly events: PunctualEvent[]
  /** The names of the accepted deliveries, in the order of arrival. */
  received(): string[]
  /** Resolves with the first event of that type from now on. */
  next(type: PunctualEvent['type']): Promise<PunctualEvent>
  /** Sends a delivery to the host application. */
  post(url: string, init: { headers: Record<string, string>; body: string }): Promise<Response>
  /** Makes the provider send all its deliveries once more. */
  resend(): Promise<void>
  /** The subscriptions that the providers have. */
  standing(): Promise<{ id: string; url: string; events: string[]; state: string; account: string }[]>
  /** The key that signs the deliveries of a subscription. */
  keyOf(of: Case, url: string): Promise<string>
  /** Connects with every scope that the tests need. */
  join(of: Case, trip?: { account?: string; owner?: string }): Promise<Connection>
}

/** Ends the faults of the sandbox. */
export async function clearFaults(host: Host): Promise<void> {
  await host.sandbox.handler(new Request(`${host.sandbox.url}/control/faults`, { method: 'DELETE' }))
}

/** The headers with which the provider would have sent that body at that time. */
export function signed(of: Case, body: string, key: string, at: number): Record<string, string> {
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  if (of.client === 'calcom') return { 'x-cal-signature-256': mac(body) }
  const t = Math.floor(at / 1000)
  return { 'calendly-webhook-signature': `t=${t},v1=${mac(`${t}.${body}`)}` }
}

export async function startListening(
  t: Pick<TestContext, 'after'>,
  options: Partial<PunctualOptions> = {},
  sandboxOptions: SandboxOptions = {},
): Promise<Listening> {
  const store = memory()
  const sent: Sent[] = []
  const events: PunctualEvent[] = []
  const host = await startQuietHost(
    t,
    { store, ...options },
    {
      now: () => start,
      async deliver(url, { headers, body }) {
        const answer = await post(url, { headers, body })
        sent.push({ url, headers, body, status: answer.status })
        return answer
      },
      ...sandboxOptions,
    },
  )
  host.punctual.on((event) => events.push(event))
  const post: Listening['post'] = (url, { headers, body }) =>
    host.punctual.handler(new Request(url, { method: 'POST', headers, body }))
  return Object.assign(host, {
    store: (options.store ?? store) as Store,
    sent,
    events,
    post,
    received: () => events.flatMap((event) => (event.type === 'webhook.received' ? event.name : [])),
    next: (type: PunctualEvent['type']) =>
      new Promise<PunctualEvent>((resolve) => {
        const off = host.punctual.on((event) => {
          if (event.type !== type) return
          off()
          resolve(event)
        })
      }),
    async resend() {
      const { url, handler } = host.sandbox
      for (const { id } of host.sandbox.webhooks())
        await handler(new Request(`${url}/control/webhooks/${id}/redeliver`, { method: 'POST' }))
      await host.sandbox.delivered()
    },
    async standing() {
      const answer = await host.sandbox.handler(new Request(`${host.sandbox.url}/control/webhooks`))
      return (await answer.json()).subscriptions
    },
    async keyOf(of: Case, url: string) {
      if (of.client === 'calendly') return host.sandbox.calendlyWebhookKey
      const row = await store.subscriptions.get(url.split('/').at(-1) ?? '')
      const vault = createVault(createKeyring([testKey]), systemRandom)
      return vault.open({ table: 'subscriptions', row: row?.id ?? '', column: 'secrets' }, row?.secrets ?? '')
    },
    join(of: Case, trip: { account?: string; owner?: string } = {}) {
      host.person = trip.owner ?? 'ada'
      return host.connect(of.client, { scopes: of.scopes, account: 'ada', ...trip })
    },
  })
}

// biome-ignore lint/suspicious/noExplicitAny: the tests read the provider's answers member by member.
async function read(connection: Connection, path: string, body?: object): Promise<any> {
  const answer = await connection.fetch(path, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/json',
      'cal-api-version': path.startsWith('/v2/b') ? '2026-02-25' : '2024-06-14',
    },
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}
