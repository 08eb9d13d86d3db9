// The routes below `baseUrl`: a browser goes to the provider and comes back, and a provider sends its webhooks.

import { checkValue } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import { isRequest } from './core/is-request.ts'
import { keepsOpener } from './core/page-headers.ts'
import { isPrefetch, prefetchAnswer } from './core/prefetch.ts'
import type { Client } from './core/provider.ts'
import { cookiesBeyondLimit } from './flow/cookies.ts'
import type { Flow, FlowSettings } from './flow/flow.ts'
import { nowherePage, unavailablePage } from './flow/page.ts'
import type { WebhookService } from './webhooks/webhooks.ts'

/** Characters of an address with its query. Codes and states are far shorter. */
const longestAddress = 16_384

export interface HandlerDependencies {
  readonly settings: Pick<FlowSettings, 'baseUrl' | 'currentOwner'> & { readonly clients: ReadonlyMap<string, Client> }
  readonly flow: Pick<Flow, 'begin' | 'finish'>
  readonly webhooks: Pick<WebhookService, 'receive'>
}

/** Handles requests below `baseUrl`, whether the framework has cut off its path or put a slash at its end, or not. */
export function createHandler({
  settings,
  flow,
  webhooks,
}: HandlerDependencies): (request: Request) => Promise<Response> {
  const { baseUrl, clients, currentOwner } = settings
  const base = new URL(baseUrl).pathname.replace(/\/$/, '')
  return async (request) => {
    checkValue('handler', 'request', request, isRequest)
    if (request.url.length > longestAddress) return new Response(null, { status: 414 })
    const { pathname } = new URL(request.url)
    const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname
    const [, receiver = '', subscription] = /^\/webhooks\/([a-z0-9][a-z0-9_-]*)\/([\w-]{1,64})\/?$/.exec(path) ?? []
    if (subscription !== undefined) return webhooks.receive(receiver, subscription, request)
    const [, route, client = ''] = /^\/(callback|connect)\/([a-z0-9][a-z0-9_-]*)\/?$/.exec(path) ?? []
    try {
      if (route === 'callback') return await flow.finish(client, request)
      if (route === 'connect' && clients.has(client)) return await connect(client, request)
      return nowherePage()
    } catch (error) {
      if (error instanceof PunctualError && error.code === 'store_unavailable') return unavailablePage()
      throw error
    }
  }

  /** The one click: `GET {baseUrl}/connect/{client}?returnTo=…` of the person who is signed in. */
  async function connect(client: string, request: Request): Promise<Response> {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
    if (isPrefetch(request)) return prefetchAnswer()
    // In server mode this address cannot know for whom to begin, and it is a person who comes here.
    if (!currentOwner) return nowherePage()
    const owner = await currentOwner(request)
    if (owner === null) return new Response('Sign in first, then connect.', { status: 401 })
    try {
      const returnTo = new URL(request.url).searchParams.get('returnTo') ?? '/'
      const { url, headers } = await flow.begin({ client, owner, returnTo })
      for (const cookie of cookiesBeyondLimit(baseUrl, request)) headers.append('set-cookie', cookie)
      headers.set('location', url.href)
      headers.set('cache-control', 'no-store')
      headers.set('referrer-policy', 'no-referrer')
      for (const [name, value] of Object.entries(keepsOpener)) headers.set(name, value)
      return new Response(null, { status: 303, headers })
    } catch (error) {
      if (error instanceof PunctualError && error.code === 'invalid_argument')
        return new Response(error.message, { status: 400 })
      throw error
    }
  }
}
