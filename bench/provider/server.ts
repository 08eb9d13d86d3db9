// The provider that everybody is measured against, in a process of its own: it issues and rotates tokens, knows who a
// token belongs to, and serves a small and a large answer. It does as little as a provider can.
// A refresh token works once; one that is presented again ends its account's grant, as RFC 9700 recommends.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accountOfCode, accountOfToken, newTokens, parseRefreshToken } from './tokens.ts'

/** What a question may set. */
export interface ProviderSettings {
  /** How long a token request takes. */
  readonly delayMs?: number
  /** How long an access token lives. */
  readonly lifetimeSeconds?: number
}

/** What the provider has seen since its counts were last read. */
export interface ProviderCounts {
  readonly tokenRequests: number
  readonly refused: number
}

const small = JSON.stringify({ id: 'event-type-1', name: 'Half an hour', minutes: 30, active: true })
const large = JSON.stringify({ text: 'x'.repeat(256 * 1024 - 11) })
const limitHeaders = { 'x-ratelimit-limit': '60000', 'x-ratelimit-remaining': '59000', 'x-ratelimit-reset': '30' }

/** The number of the refresh token that is the current one, for each account; -1: the grant is over. */
const current = new Map<string, number>()
let delayMs = 0
let lifetimeSeconds = 7200
let counts = { tokenRequests: 0, refused: 0 }
let subscriptions = 0

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    ...limitHeaders,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}

async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await bodyOf(request))
  counts.tokenRequests++
  const issued = form.get('grant_type') === 'refresh_token' ? rotate(form) : begin(form)
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (!issued) counts.refused++
  if (!issued) return send(response, 400, '{"error":"invalid_grant"}')
  send(response, 200, JSON.stringify({ ...issued, token_type: 'Bearer', expires_in: lifetimeSeconds }))
}

function begin(form: URLSearchParams): ReturnType<typeof newTokens> {
  const account = accountOfCode(form.get('code') ?? '')
  current.set(account, 1)
  return newTokens(account, 1)
}

function rotate(form: URLSearchParams): ReturnType<typeof newTokens> | null {
  const { account, number } = parseRefreshToken(form.get('refresh_token') ?? '')
  // An account that was put into a database by SQL is known from its first refresh on.
  const expected = current.get(account) ?? number
  if (expected !== number) {
    current.set(account, -1)
    return null
  }
  current.set(account, number + 1)
  return newTokens(account, number + 1)
}

async function subscribe(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await bodyOf(request)
  const resource = { uri: `https://provider.test/webhook_subscriptions/subscription-${++subscriptions}` }
  send(response, 201, JSON.stringify({ resource }))
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0]
  if (path === '/small') return send(response, 200, small)
  if (path === '/large') return send(response, 200, large)
  if (path === '/oauth/token') return token(request, response)
  if (path === '/webhook_subscriptions' && request.method === 'POST') return subscribe(request, response)
  if (path === '/webhook_subscriptions') return send(response, 200, '{"collection":[],"pagination":{"next_page":null}}')
  const account = accountOfToken(request.headers.authorization ?? '')
  if (path === '/me')
    return send(response, 200, JSON.stringify({ sub: account, name: 'Ada', email: `${account}@x.test` }))
  if (path === '/users/me') return send(response, 200, JSON.stringify({ resource: user(account) }))
  send(response, 404, '{}')
}

/** As Calendly shows a user. */
function user(account: string): object {
  return {
    uri: `https://provider.test/users/${account}`,
    name: 'Ada Lovelace',
    slug: 'ada',
    email: 'ada@example.com',
    scheduling_url: 'https://calendly.com/ada',
    timezone: 'Europe/London',
    avatar_url: null,
    created_at: '2026-01-01T00:00:00.000000Z',
    updated_at: '2026-01-01T00:00:00.000000Z',
    current_organization: 'https://provider.test/organizations/one',
    resource_type: 'User',
    locale: 'en',
  }
}

process.on('message', (settings: ProviderSettings | 'count') => {
  if (settings === 'count') {
    process.send?.(counts)
    counts = { tokenRequests: 0, refused: 0 }
    return
  }
  delayMs = settings.delayMs ?? 0
  lifetimeSeconds = settings.lifetimeSeconds ?? 7200
  process.send?.('set')
})

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy())
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
