// `punctual serve`: the HTTP API, the connect page, the callbacks and the webhooks in one process. The first address that it
// prints is the one of the service.

import { join } from 'node:path'
import { fetchWithoutTokens } from '../../calls/fetch-without-tokens.ts'
import { systemRandom } from '../../core/clock.ts'
import type { Listener } from '../../core/events.ts'
import { createConnectPage } from '../../dashboard/connect-page/connect-page.ts'
import { createDashboardWithSignIn } from '../../dashboard/dashboard.ts'
import { createPunctual, type Punctual } from '../../punctual.ts'
import { usualRequestsPerMinute } from '../../server/api/options.ts'
import { createServer } from '../../server/app.ts'
import { createOperation } from '../../server/operation/operation.ts'
import { starting } from '../../server/starting.ts'
import { createVault } from '../../vault/cipher.ts'
import { createKeyring } from '../../vault/keyring.ts'
import { whenReady } from '../operating/ready.ts'
import { CliError } from '../output/cli-error.ts'
import type { Terminal } from '../output/terminal.ts'
import { type ConfiguredClient, configuredClients, scopesToBook } from '../settings/clients.ts'
import { isPostgres, placeOf, storeOf } from '../settings/database.ts'
import { escrowOf } from '../settings/escrow.ts'
import { destinationsOf, placesOf } from '../settings/events.ts'
import { keysOf, makeDataFolder } from '../settings/keys.ts'
import { openKeyFiles } from '../settings/secret-files.ts'
import type { Settings } from '../settings/settings.ts'
import { createDrain } from './drain.ts'
import { makeFirstKey } from './first-key.ts'
import { listenOn } from './listening.ts'
import { belowPath } from './mount-path.ts'
import { createClosers, untilStopped } from './stopping.ts'

/**
 * From the signal to the end of the process, at most. An answer of a token endpoint is waited for up to two minutes: without
 * it an owner may have to connect again.
 */
const stopDeadlineMs = 150_000
/** How long a request may still take after the signal. The longest call of a provider takes 30 s. */
const requestGraceMs = 35_000

export async function serve(settings: Settings, terminal: Terminal): Promise<void> {
  const configured = configuredClients(settings, scopesToBook)
  if (configured.length === 0) throw noClient()
  const closers = createClosers()
  let stopped: Promise<void> | null = null
  try {
    makeDataFolder(settings.data)
    const keys = await keysOf(settings)
    const { logLevel, metricsKey } = settings
    const [store, operation] = await Promise.all([
      storeOf(settings.database),
      createOperation({ logLevel, ...(metricsKey === null ? {} : { metricsKey }) }),
    ])
    const clients = configured.map(({ client }) => client)
    // The port comes first: it may be part of the addresses that the providers get.
    let answer: (request: Request) => Response | Promise<Response> = starting
    const drain = createDrain((request) => answer(request))
    const listening = await listenOn(settings, drain.fetch)
    closers.add(() => listening.close(requestGraceMs))
    closers.add(drain.whenQuiet)
    const baseUrl = settings.url ?? `http://localhost:${listening.port}`
    const punctual = createPunctual({
      baseUrl,
      keys,
      clients,
      store,
      returnTo: settings.returnTo,
      journal: join(settings.data, 'journal'),
      escrow: settings.escrow === null ? null : await escrowOf(settings.escrow),
      retention: settings.retention,
      deliverTo: [...(settings.events ? destinationsOf(settings.events) : []), { feed: true }],
      measure: operation.measure,
      ...(settings.tokens ? {} : { fetch: fetchWithoutTokens(globalThis.fetch) }),
    })
    const events = createHeldEvents()
    punctual.on(events.take)
    // Closed after the port, so that a request that is under way finds everything in its place.
    closers.addFirst(() => punctual.stop())
    await whenReady(punctual)
    const firstKey = await makeFirstKey(store)
    const connectPage = createConnectPage({ punctual, clients, baseUrl, branding: settings.connectPage })
    const operatorPages = createDashboardWithSignIn(
      {
        punctual,
        clients,
        baseUrl: `${baseUrl.replace(/\/+$/, '')}/operator`,
        reconnectLink: ({ id, owner }) => reconnectLink(punctual, settings, { connection: id, owner }),
      },
      { apiKeys: punctual.apiKeys, sealer: sessionSealer(keys) },
    )
    const server = createServer({
      punctual: { ...punctual, handler: connectPage.handler },
      connectPage: connectPage.fetch,
      operatorPages: belowPath('/operator', operatorPages.fetch),
      operation,
      onFault: operation.onFault,
      api: {
        clients,
        baseUrl,
        tokens: settings.tokens,
        ...(settings.requestsPerMinute === null ? {} : { requestsPerMinute: settings.requestsPerMinute }),
      },
    })
    answer = belowPath(new URL(baseUrl).pathname, server.fetch)
    punctual.start()

    // Before anything is printed: a reader of the output may send the signal at once.
    stopped = untilStopped(closers, terminal, stopDeadlineMs)
    print({ settings, baseUrl, ownUrl: listening.url, configured, firstKey }, terminal)
    // The log begins here, so that the address is the first that is printed.
    events.passTo(operation.onEvent)
  } catch (error) {
    await closers.close()
    throw error
  }
  await stopped
}

/** The owner comes back to the application, which completes the session. */
async function reconnectLink(
  { connectSessions }: Pick<Punctual, 'connectSessions'>,
  { returnTo: [page = '/'] }: Pick<Settings, 'returnTo'>,
  repaired: { readonly connection: string; readonly owner: string },
): Promise<URL> {
  return (await connectSessions.create({ ...repaired, returnTo: page })).url
}

/** Sessions of the operator's pages are sealed like what is stored, for a place of their own. Every replica opens them. */
function sessionSealer(keys: readonly string[]) {
  const vault = createVault(createKeyring(keys), systemRandom)
  const place = { table: 'operator_pages', row: 'session', column: 'cookie' }
  return { seal: (text: string) => vault.seal(place, text), open: (sealed: string) => vault.open(place, sealed) }
}

interface HeldEvents {
  readonly take: Listener
  /** Passes on what was held, and everything that comes. */
  passTo(listener: Listener): void
}

/** Of a start that fails they are dropped: the sentence with which it ends says the same. */
function createHeldEvents(): HeldEvents {
  const held: Parameters<Listener>[0][] = []
  let take: Listener = (event) => void held.push(event)
  return {
    take: (event) => take(event),
    passTo(listener) {
      take = listener
      for (const event of held.splice(0)) listener(event)
    },
  }
}

function noClient(): CliError {
  const real = 'CALENDLY_CLIENT_ID and CALENDLY_CLIENT_SECRET, or CALCOM_CLIENT_ID and CALCOM_CLIENT_SECRET'
  return new CliError(
    `No OAuth app is configured: set ${real}. To try it without an account, start "punctual sandbox" and set what it prints.`,
    2,
  )
}

interface Printed {
  readonly settings: Settings
  readonly baseUrl: string
  readonly ownUrl: string
  readonly configured: readonly ConfiguredClient[]
  readonly firstKey: string | null
}

function print({ settings, baseUrl, ownUrl, configured, firstKey }: Printed, { line, paint }: Terminal): void {
  line(`${paint('bold', `${baseUrl}/`)}  the service: ${baseUrl}/docs explains it`)
  if (firstKey !== null) line(`${firstKey}  the first API key, with the scope admin. It is shown only now`)
  line(`${baseUrl}/operator  the operator's pages: sign in with an API key that has the scope admin`)
  if (settings.url !== null || settings.host !== 'localhost') line(`It listens on ${ownUrl}`)
  for (const { client, app } of configured) {
    line(`${client.provider.title}: ${app}. It needs the redirect address`)
    line(`  ${baseUrl}/callback/${client.id}`)
    const source = settings[client.id === 'calendly' ? 'calendly' : 'calcom'].scopes === null ? '' : ', as you have set'
    line(`  and the scopes ${client.scopes.join(' ')}${source}.`)
  }
  for (const sentence of understood(settings, baseUrl)) line(sentence)
  for (const { message, fix } of openKeyFiles(settings)) line(paint('yellow', `${message} ${fix}`))
  if (settings.connectPage.name === undefined)
    line('The connect page calls your application by its host. Set PUNCTUAL_CONNECT_NAME to its name.')
  if (!settings.tokens) line('No API key reads a token (PUNCTUAL_TOKENS=off).')
  const places = settings.events ? ` go, signed, to ${placesOf(settings.events)}, and` : ''
  line(`Events${places} can be read at ${baseUrl}/v1/events`)
  const database = isPostgres(settings.database) ? `The database is ${placeOf(settings.database)}. ` : ''
  if (settings.escrow !== null) line(`The escrow is ${placeOf(settings.escrow)}.`)
  line(paint('dim', `${database}Everything else is kept in ${settings.data}. Stop with Ctrl+C.`))
}

/** What the settings say about people and programs. */
function understood({ returnTo, connectPage, requestsPerMinute }: Settings, baseUrl: string): readonly string[] {
  const { name, logoUrl, colour, language } = connectPage
  const look = [
    name === undefined ? 'has no name of an application (PUNCTUAL_CONNECT_NAME)' : `names ${JSON.stringify(name)}`,
    ...(logoUrl === undefined ? [] : [`has the logo ${logoUrl}`]),
    ...(colour === undefined ? [] : [`has the colour ${colour}`]),
    language === 'auto' ? "speaks the browser's language" : `speaks ${language}`,
  ]
  return [
    `The connect page ${look.join(', ')}.`,
    `A person comes back to ${[`any page of ${new URL(baseUrl).origin}`, ...returnTo].join(' or ')}.`,
    `An API key may make ${requestsPerMinute ?? usualRequestsPerMinute} requests in a minute.`,
  ]
}
