// The OpenAPI document of the API: made once, from the operations alone.

import { readFileSync } from 'node:fs'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Client } from '../../../core/provider.ts'
import type { ExampleIds } from '../../../core/scheduling/provider.ts'
import type { Operation, Tag } from '../request/operation.ts'
import { encoded, exampleClient, exampleIds, exampleProvider, exampleScope } from '../schemas/examples.ts'
import { entryOf, headerComponents } from './entry.ts'
import { postedEvents } from './posted-events.ts'
import { proxyEntries } from './proxy-entries.ts'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

const tags: Readonly<Record<Tag | 'Proxy', string>> = {
  Connecting:
    'An owner connects an account: a page for the browser, and a request from your back end before and after.',
  Connections: 'What is connected.',
  Scheduling: 'One model over all providers: event types, slots and bookings.',
  Proxy: 'The provider’s own API, with the token of a connection.',
  Webhooks: 'Subscriptions at the providers.',
  Events: 'What your application must hear about.',
  Owners: 'Everything that is kept about a person, written out or removed.',
}

const description = `The connection layer for scheduling apps.

Every request has an API key in \`Authorization: Bearer pk_…\`. A key has scopes, and may be bound to one owner: connections of
others are then not found. What goes wrong is an RFC 9457 problem document with a \`code\`; every answer has an
\`X-Request-Id\`. Instants are RFC 3339 in UTC. Names that are not known are refused.

Lists come in pages: send the \`cursor\` of one, with the same filters, to get the next. It is null at the end; that of the events is
never null; slots come all at once, without one. A cursor works for its own list alone. An id that is an address is percent-encoded in a path.`

/** The version of Punctual: the document is its. */
function packageVersion(): string {
  const file = new URL('../../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

export interface DocumentOptions {
  readonly clients: readonly Client[]
  readonly baseUrl?: string | URL
  readonly documents: string
}

export function documentOf(operations: readonly Operation[], options: DocumentOptions): OpenApiDocument {
  const { clients, baseUrl = '/', documents } = options
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono()
  openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key: pk_ and what follows. punctual api-keys makes them.',
  })
  for (const [name, header] of Object.entries(headerComponents))
    openAPIRegistry.registerComponent('headers', name, header)
  for (const operation of operations) openAPIRegistry.registerPath(entryOf(operation, documents))
  for (const entry of proxyEntries(documents)) openAPIRegistry.registerPath(entry)
  openAPIRegistry.registerWebhook(postedEvents)
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Punctual',
      version: packageVersion(),
      description,
      license: { name: 'MIT', url: 'https://github.com/punctual-dev/punctual/blob/main/LICENSE' },
    },
    servers: [{ url: String(baseUrl) }],
    tags: Object.entries(tags).map(([name, sentence]) => ({ name, description: sentence })),
  })
  const [client] = clients
  if (!client) return document
  return JSON.parse(filled(JSON.stringify(document), wordsOf(client))) as OpenApiDocument
}

const usualIds: ExampleIds = { account: '1042', eventType: '2001', booking: 'booking-7d1f' }

/** What stands for the placeholders of the examples. */
function wordsOf({ id, provider, scopes }: Client): Readonly<Record<string, string>> {
  const { account, eventType, booking } = provider.scheduling?.exampleIds ?? usualIds
  return {
    [exampleClient]: id,
    [exampleProvider]: provider.name,
    [exampleScope]: scopes[0] ?? 'read',
    [exampleIds.account]: account,
    [exampleIds.eventType]: eventType,
    [exampleIds.booking]: booking,
    [exampleIds.movedBooking]: booking.replace(/.$/, (last) => (last === '2' ? '3' : '2')),
    [encoded.eventType]: encodeURIComponent(eventType),
    [encoded.booking]: encodeURIComponent(booking),
  }
}

/** The words are parts of texts of JSON. */
function filled(json: string, words: Readonly<Record<string, string>>): string {
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1)
  return Object.entries(words).reduce((text, [place, word]) => text.replaceAll(place, escaped(word)), json)
}
