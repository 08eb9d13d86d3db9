// The page on which a person connects an account: `{baseUrl}/connect/{session}`, where `?client=` skips the page, and
// `{baseUrl}/connect/{session}/done`, through which the browser comes back. Who has a session's address may connect an account
// for its owner, so no link, form or header of these pages tells it to another site.

import { type Clock, systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { formsToProviders, keepsOpener, pageHeaders, pageNameHeader } from '../../core/page-headers.ts'
import { isPrefetch, prefetchAnswer } from '../../core/prefetch.ts'
import type { Client } from '../../core/provider.ts'
import type { Punctual } from '../../punctual.ts'
import { type Branding, lookOf } from './branding.ts'
import { type Language, preferredLanguage } from './language.ts'
import {
  type Choice,
  type Content,
  choicePage,
  completedPage,
  documentOf,
  type Problem,
  problemPage,
  repairPage,
  type Voice,
} from './pages.ts'
import { textsOf } from './texts.ts'

export interface ConnectPageOptions {
  readonly punctual: Pick<Punctual, 'clientState' | 'connections' | 'connectSessions' | 'handler'>
  /** The clients of `punctual`. */
  readonly clients: readonly Client[]
  /** Punctual's `baseUrl`. */
  readonly baseUrl: string | URL
  readonly branding?: Branding
  readonly clock?: Pick<Clock, 'now'>
}

export interface ConnectPage {
  /** Answers `{baseUrl}/connect/{session}` and `{baseUrl}/connect/{session}/done`. */
  readonly fetch: (request: Request) => Promise<Response>
  /** `punctual.handler`, with the pages of a callback that went wrong in the language and with the look of this page. */
  readonly handler: (request: Request) => Promise<Response>
}

/** How the handler names its pages. */
const pagesOfHandler: Readonly<Record<string, Problem>> = {
  unknown: 'link',
  another_browser: 'otherBrowser',
  repeated: 'repeated',
  unavailable: 'unavailable',
  pending: 'pending',
  nowhere: 'nowhere',
}

type ConnectSession = Awaited<ReturnType<Punctual['connectSessions']['get']>>

/**
 * Builds the page.
 *
 * @throws {PunctualError} `invalid_argument` for a wrong `branding`.
 * @example
 * ```ts
 * const page = createConnectPage({ punctual, clients, baseUrl, branding: { name: 'Acme', colour: '#0a7d5a' } })
 * const response = await page.fetch(request)
 * ```
 */
export function createConnectPage(options: ConnectPageOptions): ConnectPage {
  const { punctual, clients, baseUrl, branding = {}, clock = systemClock } = options
  const look = lookOf(branding)
  const base = new URL(baseUrl).pathname.replace(/\/+$/, '')
  const byId = new Map(clients.map((client) => [client.id, client]))
  const headers = { ...pageHeaders({ ...look.sources, forms: formsToProviders(clients) }), ...keepsOpener }

  async function fetch(request: Request): Promise<Response> {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
    if (isPrefetch(request)) return prefetchAnswer()
    const texts = textsOf[languageOf(request)]
    const show = (content: Content) => shown(request, content)
    const problem = (which: Problem) => show(problemPage(texts, which, look))
    const { pathname, searchParams: query } = new URL(request.url)
    const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname
    const [, id, done] = /^\/connect\/(session_[\w-]{1,64})(\/done)?\/?$/.exec(path) ?? []
    if (id === undefined) return problem('nowhere')
    try {
      if (done !== undefined) return redirect(await punctual.connectSessions.arrive(id, request))
      const session = await punctual.connectSessions.get(id)
      const voice = { texts, app: look.name ?? new URL(session.returnTo).host }
      if (session.state === 'completed') return show(completedPage(voice, session.returnTo))
      const wanted = query.get('client')
      if (wanted === null || !session.clients.includes(wanted)) return show(await contentOf(session, voice))
      return redirect(await punctual.connectSessions.begin(id, wanted, request))
    } catch (error) {
      const which = problemOf(error)
      if (which === null) throw error
      return problem(which)
    }
  }

  async function handler(request: Request): Promise<Response> {
    const response = await punctual.handler(request)
    const which = pagesOfHandler[response.headers.get(pageNameHeader) ?? '']
    return which === undefined ? response : shown(request, problemPage(textsOf[languageOf(request)], which, look))
  }

  function languageOf(request: Request): Language {
    return look.language === 'auto' ? preferredLanguage(request) : look.language
  }

  async function shown(request: Request, content: Content): Promise<Response> {
    const body = await documentOf(look, languageOf(request), content)
    return new Response(body, { status: content.status, headers })
  }

  async function contentOf(session: ConnectSession, voice: Voice): Promise<Content> {
    const minutesLeft = Math.max(1, Math.floor((session.expiresAt.getTime() - clock.now()) / 60_000))
    const choices = await choicesOf(session)
    if (session.connection === null) return choicePage(voice, choices, minutesLeft)
    const connection = await punctual.connections.get(session.connection, { owner: session.owner })
    const choice = choices.find(({ client }) => client.id === connection.client)
    if (!choice || connection.status === 'disconnected') return problemPage(voice.texts, 'gone', look)
    return repairPage(voice, connection, choice, minutesLeft)
  }

  /** The clients of the session, with what is known of each. */
  function choicesOf({ clients: ids, scopes }: ConnectSession): Promise<Choice[]> {
    const named = ids.flatMap((id) => byId.get(id) ?? [])
    return Promise.all(
      named.map(async (client) => ({
        client,
        scopes: scopes[client.id] ?? client.scopes,
        state: await punctual.clientState(client.id),
      })),
    )
  }

  return Object.freeze({ fetch, handler })
}

/** `null`: it is not the person's to know. */
function problemOf(error: unknown): Problem | null {
  if (!(error instanceof PunctualError)) return null
  switch (error.code) {
    case 'connect_session_not_found':
      return 'unknown'
    case 'connection_not_found':
      return 'gone'
    case 'attempt_refused':
      // It was completed while the page was open.
      return 'completed'
    case 'store_unavailable':
      return 'unavailable'
    default:
      return null
  }
}

function redirect({ url: to, headers }: { readonly url: URL; readonly headers: Headers }): Response {
  const own = { location: to.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...keepsOpener }
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  return new Response(null, { status: 303, headers })
}
