// What is reached from outside below `baseUrl`: by a browser the way to the provider and the way back, by a provider the
// addresses of its webhooks.

import { checkValue } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import { begin } from './flow/begin.ts'
import { cookiesBeyondLimit } from './flow/cookies.ts'
import { finish, isPrefetch } from './flow/finish.ts'
import { nowherePage, unavailablePage } from './flow/page.ts'
import type { FlowParts } from './flow/parts.ts'
import type { WebhookRoom } from './webhooks/webhooks.ts'

/** Characters of an address with its query. Codes and states are far shorter. */
const longestAddress = 16_384

/** Answers requests below `baseUrl`, whether the framework has cut off its path or put a slash at its end, or not. */
export function createHandler(
  flow: FlowParts,
  webhooks: Pick<WebhookRoom, 'receive'>,
): (request: Request) => Promise<Response> {
  const base = new URL(flow.baseUrl).pathname.replace(/\/$/, '')
  return async (request) => {
    checkValue('handler', 'request', request, isRequest)
    if (request.url.length > longestAddress) return new Response(null, { status: 414 })
    const { pathname } = new URL(request.url)
    const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname
    const [, receiver = '', subscription] = /^\/webhooks\/([a-z0-9][a-z0-9_-]*)\/([\w-]{1,64})\/?$/.exec(path) ?? []
    if (subscription !== undefined) return webhooks.receive(receiver, subscription, request)
    const [, route, client = ''] = /^\/(callback|connect)\/([a-z0-9][a-z0-9_-]*)\/?$/.exec(path) ?? []
    try {
      if (route === 'callback') return await finish(flow, client, request)
      if (route === 'connect' && flow.clients.has(client)) return await connect(client, request)
      return nowherePage()
    } catch (error) {
      if (error instanceof PunctualError && error.code === 'store_unavailable') return unavailablePage()
      throw error
    }
  }

  /** The one click: `GET {baseUrl}/connect/{client}?returnTo=…` of the person who is signed in. */
  async function connect(client: string, request: Request): Promise<Response> {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
    if (isPrefetch(request)) return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
    const owner = (await flow.currentOwner?.(request)) ?? null
    if (owner === null) return new Response('Sign in first, then connect.', { status: 401 })
    try {
      const returnTo = new URL(request.url).searchParams.get('returnTo') ?? '/'
      const { url, headers } = await begin(flow, { client, owner, returnTo })
      for (const cookie of cookiesBeyondLimit(flow.baseUrl, request)) headers.append('set-cookie', cookie)
      headers.set('location', url.href)
      headers.set('cache-control', 'no-store')
      headers.set('referrer-policy', 'no-referrer')
      return new Response(null, { status: 303, headers })
    } catch (error) {
      if (error instanceof PunctualError && error.code === 'invalid_argument')
        return new Response(error.message, { status: 400 })
      throw error
    }
  }
}

/** Node's own request, as Express and Fastify pass it, has no `Headers`. */
function isRequest(value: unknown): string | null {
  const request = value as Partial<Request> | null | undefined
  if (typeof request?.url === 'string' && typeof request.headers?.get === 'function') return null
  return 'must be a Request. In node:http, Express and Fastify, mount nodeListener(punctual) of punctual/node instead'
}
