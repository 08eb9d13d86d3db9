// Eve's account at one provider, through a connection with certain scopes: by the model, and by requests of one's own.

import assert from 'node:assert/strict'
import type { Connection, Punctual } from '../../../src/index.ts'
import type { Booking, BookingRequest, EventType, Scheduling, Slot } from '../../../src/scheduling/index.ts'
import { scheduling } from '../../../src/scheduling/index.ts'
import { all } from '../../typed/person.ts'
import { type Listening, startListening } from '../../webhooks/host.ts'

export interface Scene {
  readonly host: Listening
  readonly punctual: Punctual
  readonly connection: Connection
  readonly calendar: Scheduling
  service(slug: string): Promise<EventType>
  /** The slot of that number. */
  slot(eventType: EventType, number?: number): Promise<Slot>
  book(slug: string, more?: Partial<BookingRequest>, number?: number): Promise<Booking>
  /** Sends a request as the connection does, or without a token. */
  send(
    method: string,
    path: string,
    body?: object | null,
    more?: { readonly withoutToken?: boolean },
  ): Promise<Response>
  set(switches: Readonly<Record<string, unknown>>): Promise<void>
  /** The names of the webhooks that the provider has sent. */
  webhooks(): Promise<readonly string[]>
}

export const gil = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
export const ann = { name: 'Ann Other', email: 'ann@guests.example', timeZone: 'America/New_York' }

const dayMs = 86_400_000

/** The provider's name, and the headers of its requests. */
export interface SceneInit {
  readonly name: 'calendly' | 'calcom'
  readonly scopes: readonly string[]
  readonly headersOf: (path: string) => Readonly<Record<string, string>>
}

export async function startScene(t: Parameters<typeof startListening>[0], init: SceneInit): Promise<Scene> {
  return sceneWith(await startListening(t), init)
}

/** One more connection to the same account, of another person who uses the host application. */
export async function sceneWith(host: Listening, { name, scopes, headersOf }: SceneInit): Promise<Scene> {
  host.person = scopes.join(' ').slice(0, 100)
  const connection = await host.connect(name, { account: 'eve', scopes: [...scopes] })
  const calendar = scheduling(connection)
  const { sandbox, punctual } = host

  const service: Scene['service'] = async (slug) => {
    const found = (await all(calendar.eventTypes())).find((one) => one.slug === slug)
    assert.ok(found, `there is no event type ${slug}`)
    return found
  }
  const slot: Scene['slot'] = async (eventType, number = 0) => {
    const from = new Date(sandbox.clock.now() + dayMs)
    const found = (await all(calendar.slots({ eventType, from, to: new Date(from.getTime() + 9 * dayMs) })))[number]
    assert.ok(found, `there is no slot ${number}`)
    return found
  }
  return {
    host,
    punctual,
    connection,
    calendar,
    service,
    slot,
    async book(slug, more = {}, number = 0) {
      const eventType = await service(slug)
      const start = more.start ?? (await slot(eventType, number)).start
      const key = JSON.stringify([slug, more.attendee?.email, start])
      return calendar.book({ eventType, attendee: gil, ...more, start }, { key })
    },
    async send(method, path, body = null, { withoutToken = false } = {}) {
      const address = path.startsWith('http') ? path : `${sandbox[name].hosts.api}${path}`
      // The clock may have been moved beyond the last token's end.
      const authorization = withoutToken ? {} : { authorization: `Bearer ${(await connection.token()).accessToken}` }
      const headers = { 'content-type': 'application/json', ...authorization, ...headersOf(path) }
      return sandbox.handler(new Request(address, { method, headers, ...(body && { body: JSON.stringify(body) }) }))
    },
    async set(switches) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(switches) }
      const response = await sandbox.handler(new Request(`${sandbox.url}/control/switches`, init))
      assert.ok(response.ok, await response.text())
    },
    async webhooks() {
      await sandbox.delivered()
      return sandbox.webhooks().map(({ event }) => event)
    },
  }
}

export async function finished(result: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<unknown> {
  return Symbol.asyncIterator in result ? all(result) : result
}
