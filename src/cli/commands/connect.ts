// `punctual connect <provider>`: connects an account on a developer's machine. It listens on this machine until the browser has
// come back from the provider, and ends.

import type { ConnectionFacts } from '../../core/connection.ts'
import { isLoopback } from '../../core/loopback.ts'
import { audited } from '../operating/audited.ts'
import { accountText, factsOf } from '../operating/connection.ts'
import { untilSignal } from '../operating/until-signal.ts'
import { type Opened, withPunctual } from '../operating/with-punctual.ts'
import { CliError } from '../output/cli-error.ts'
import { jsonText, type Output } from '../output/listing.ts'
import { shownText } from '../output/shown-text.ts'
import { configuredClients, scopesToBook } from '../settings/clients.ts'
import type { Provider } from '../settings/provider-names.ts'
import type { Settings } from '../settings/settings.ts'
import { listenOn } from './listening.ts'

export interface ConnectCommand {
  readonly provider: Provider
  readonly owner: string
}

type Answer = (request: Request) => Response | Promise<Response>

/** What the browser brought back: the id of a connection, or why nothing was connected. */
type CameBack = { readonly connection: string } | { readonly failure: string }

export async function connect({ provider, owner }: ConnectCommand, settings: Settings, output: Output): Promise<void> {
  assertConfigured(provider, settings)
  const ownUrl = ownOrigin(settings)
  const stop = untilSignal()
  let answer: Answer = () => new Response(null, { status: 503 })
  // The port comes first: it is part of the address that the provider gets.
  const listening = await listenOn({ port: settings.port, host: 'localhost' }, (request) => answer(request))
  try {
    const baseUrl = ownUrl ?? listening.url
    const reached = { baseUrl, currentOwner: () => owner }
    await withPunctual(
      settings,
      'connects',
      async ({ punctual }) => {
        const trip = createTrip({ punctual, provider, baseUrl })
        answer = trip.answer
        say(`${baseUrl}/  open it in your browser, to connect an account at ${provider}`, output)
        const deed = { action: 'connect', subject: (made: ConnectionFacts | null) => made?.id ?? provider }
        const connection = await audited(punctual.operator, deed, async () =>
          // Anything on this machine can open the last address: what it names must exist.
          factsOf(await punctual.connections.get(await idOf(trip.cameBack, stop), { owner })),
        )
        const { terminal, json } = output
        if (json) return terminal.line(jsonText({ connection }, 2))
        terminal.line(
          `${terminal.paint('green', '✔')} Connected ${shownText(accountText(connection.account))}: ${connection.id}`,
        )
      },
      reached,
    )
  } finally {
    await listening.close()
  }
}

function assertConfigured(provider: Provider, settings: Settings): void {
  if (configuredClients(settings, scopesToBook).some(({ client }) => client.id === provider)) return
  const prefix = provider === 'calendly' ? 'CALENDLY' : 'CALCOM'
  throw new CliError(
    `No OAuth app is configured for ${provider}: set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET. To try it without an account, start "punctual dev".`,
    2,
  )
}

/** The provider sends the browser back to this machine. */
function ownOrigin({ url: text }: Pick<Settings, 'url'>): string | null {
  if (text === null) return null
  const url = new URL(text)
  if (isLoopback(url) && url.pathname === '/') return url.origin
  throw new CliError(
    'PUNCTUAL_URL must be an origin on localhost, 127.0.0.1 or [::1], since "punctual connect" listens on this machine alone: remove it. On a server, people connect by the page of "punctual serve".',
    2,
  )
}

interface TripInit extends Pick<Opened, 'punctual' | 'baseUrl'> {
  readonly provider: Provider
}

/** The addresses that the browser visits: the first, the callback and the last. */
function createTrip({ punctual, provider, baseUrl }: TripInit): { answer: Answer; cameBack: Promise<CameBack> } {
  const { promise, resolve } = Promise.withResolvers<CameBack>()
  return {
    cameBack: promise,
    async answer(request) {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname === '/') {
        const location = `${baseUrl}/connect/${provider}?returnTo=/done`
        return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
      }
      if (pathname !== '/done') return punctual.handler(request)
      const connection = searchParams.get('connection')
      if (searchParams.get('punctual') === 'connected' && connection !== null) {
        resolve({ connection })
        return page('Connected. You can close this window.')
      }
      const failure = searchParams.get('reason') ?? searchParams.get('error')
      if (failure === null) return new Response(null, { status: 404 })
      resolve({ failure })
      return page('Not connected. The terminal says why. You can close this window.')
    },
  }
}

function page(sentence: string): Response {
  return new Response(`${sentence}\n`, {
    headers: { 'content-type': 'text/plain; charset=utf-8', connection: 'close' },
  })
}

async function idOf(cameBack: Promise<CameBack>, stop: AbortSignal): Promise<string> {
  const stopped = new Promise<CameBack>((resolve) =>
    stop.addEventListener('abort', () => resolve({ failure: 'stopped' })),
  )
  const came = await Promise.race([cameBack, stopped])
  if ('connection' in came) return came.connection
  if (came.failure === 'stopped') throw new CliError('Stopped. Nothing was connected.')
  const word = /^[\w.-]{1,60}$/.test(came.failure) ? came.failure : 'unknown'
  throw new CliError(`Not connected: ${word}. docs/errors.md says what it means.`)
}

/** For a program, stdout has the result alone. */
function say(sentence: string, { terminal, json }: Output): void {
  if (json) process.stderr.write(`${sentence}\n`)
  else terminal.line(sentence)
}
