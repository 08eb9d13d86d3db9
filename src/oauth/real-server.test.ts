// Helpers of the tests of this folder: a real HTTP server on a free port, a clock that only the test moves, and clients
// whose definition points at that server.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Clock } from '../core/clock.ts'
import type { Client, Provider } from '../core/provider.ts'
import { secret } from '../core/secret.ts'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

export interface RealServer {
  readonly url: string
  readonly received: Received[]
  /** Resolves when the next request has got all of the answer that it will get. */
  answered(): Promise<void>
}

/** Serves every request with `answer`, and ends with the test. */
export async function serve(
  t: TestContext,
  answer: (response: ServerResponse, request: Received) => void,
): Promise<RealServer> {
  const received: Received[] = []
  const events = new EventTarget()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, form: new URLSearchParams(body) }
    received.push(one)
    answer(response, one)
    events.dispatchEvent(new Event('answered'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answered: async () => void (await once(events, 'answered')),
  }
}

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

export function page(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body)
  }
}

/** A clock that stands still until the test moves it. */
export function handClock(start = 1_000_000): Clock & { advance(ms: number): void } {
  let time = start
  const sleepers = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => time,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: time + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    advance(ms) {
      time += ms
      for (const sleeper of sleepers) if (sleeper.until <= time && sleepers.delete(sleeper)) sleeper.wake()
    },
  }
}

/** A client at `url`: confidential, `client_secret_post`, unless changed. */
export function clientAt(
  url: string,
  { clientSecret = 'client-secret', ...changes }: Partial<Provider> & { clientSecret?: string | null } = {},
): Client {
  const provider: Provider = {
    name: 'example',
    title: 'Example',
    issuer: url,
    issuerInCallback: false,
    scopes: null,
    accountScopes: [],
    authorizationEndpoint: `${url}/authorize`,
    tokenEndpoint: `${url}/token`,
    revocation: { endpoint: `${url}/revoke`, clientAuthentication: 'client_secret_post', typeHint: true },
    scheduling: null,
    apiBase: url,
    clientAuthentication: 'client_secret_post',
    pkce: { confidential: true, public: true },
    authorizationParameters: {},
    accessTokenLifetime: 3600,
    refreshTokenLifetime: null,
    refreshEndsSiblings: false,
    tokenRequestsPerMinute: 8,
    samples: [],
    webhooks: null,
    paging: null,
    requestHeaders: () => ({}),
    rate: null,
    identify: () => Promise.reject(new Error('not asked for here')),
    meaning: () => ({ kind: 'other' }),
    tokenErrorMeaning: () => null,
    ...changes,
  }
  return {
    id: 'example',
    provider,
    clientId: 'client_id-1',
    clientSecret: clientSecret === null ? null : secret(clientSecret),
    scopes: ['a', 'b'],
    webhookKeys: [],
    webhookToleranceMs: null,
  }
}
