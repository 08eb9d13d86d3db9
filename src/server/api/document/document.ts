// The OpenAPI document of the API: made once, from the operations alone.

import { OpenAPIHono } from '@hono/zod-openapi'
import type { Client } from '../../../core/provider.ts'
import type { Operation, Tag } from '../request/operation.ts'
import { exampleClient, exampleProvider } from '../schemas/examples.ts'
import { entryOf } from './entry.ts'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

const tags: Readonly<Record<Tag, string>> = {
  Connecting:
    'An owner connects an account: a page for the browser, and a request from your back end before and after.',
  Connections: 'What is connected.',
  Scheduling: 'One model over all providers: event types, slots and bookings.',
  Webhooks: 'Subscriptions at the providers.',
  Events: 'What your application must hear about.',
}

const description = `The connection layer for scheduling apps.

Every request has an API key in \`Authorization: Bearer pk_…\`. A key has scopes, and may be bound to one owner: connections of
others are then not found. What goes wrong is an RFC 9457 problem document with a \`code\`; every answer has an
\`X-Request-Id\`. Instants are RFC 3339 in UTC. Lists come in pages: send the \`cursor\` of one to get the next. Names that are
not known are refused.`

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
  for (const operation of operations) openAPIRegistry.registerPath(entryOf(operation, documents))
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Punctual',
      version: '1.0.0',
      description,
      license: { name: 'MIT', url: 'https://github.com/punctual-dev/punctual/blob/main/LICENSE' },
    },
    servers: [{ url: String(baseUrl) }],
    tags: Object.entries(tags).map(([name, sentence]) => ({ name, description: sentence })),
  })
  const [client] = clients
  if (!client) return document
  const named = JSON.stringify(document)
    .replaceAll(exampleClient, client.id)
    .replaceAll(exampleProvider, client.provider.name)
  return JSON.parse(named) as OpenApiDocument
}
