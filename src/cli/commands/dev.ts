// `punctual dev` (npm start): the page, the server and the sandbox in one process, on SQLite, for the person at this machine.
// The first address that it prints is the page.

import module from 'node:module'
import { join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'
import type { Client } from '../../core/provider.ts'
import { createDashboard } from '../../dashboard/dashboard.ts'
import type { Note } from '../../dashboard/note.ts'
import { createPunctual } from '../../punctual.ts'
import { starting } from '../../server/starting.ts'
import { whenReady } from '../operating/ready.ts'
import { describeEvent } from '../output/event-line.ts'
import type { Terminal } from '../output/terminal.ts'
import { printUndelivered } from '../output/webhook-line.ts'
import { clientsOf, needsSandbox } from '../settings/clients.ts'
import { placeOf, storeOf } from '../settings/database.ts'
import { escrowOf } from '../settings/escrow.ts'
import { destinationsOf, placesOf } from '../settings/events.ts'
import { keysOf, makeDataFolder } from '../settings/keys.ts'
import { wrong } from '../settings/parse.ts'
import { openKeyFiles } from '../settings/secret-files.ts'
import { ownDatabase, type Settings } from '../settings/settings.ts'
import { startSandbox } from './dev-sandbox.ts'
import { createDevServer } from './dev-server.ts'
import { listenOn } from './listening.ts'
import { createClosers, untilStopped } from './stopping.ts'

/** The owner of everything on this machine. */
const owner = 'you'

/** What is published is acknowledged, and `punctual listen` reads it there. */
const toFeed = { feed: true } as const

export async function dev(settings: Settings, terminal: Terminal): Promise<void> {
  const closers = createClosers()
  let stopped: Promise<void> | null = null
  try {
    const ownUrl = originOfPage(settings)
    makeDataFolder(settings.data)
    const keys = await keysOf(settings)
    // The port comes first: it is part of the addresses that the providers get.
    let answer: (request: Request) => Response | Promise<Response> = starting
    const listening = await listenOn({ port: settings.port, host: 'localhost' }, (request) => answer(request))
    closers.add(() => listening.close())
    const baseUrl = ownUrl ?? listening.url

    const sandbox = needsSandbox(settings)
      ? await startSandbox(settings, baseUrl, (webhook) => printUndelivered(webhook, terminal))
      : null
    if (sandbox) closers.add(() => sandbox.close())
    const configured = clientsOf(settings, sandbox)
    const clients = configured.map(({ client }) => client)
    const real = configured.filter(({ isReal }) => isReal).map(({ client }) => client)
    // The sandbox's clock can be moved by a person. A real provider needs the real time.
    const clock = { ...systemClock, now: real.length === 0 && sandbox ? sandbox.clock.now : systemClock.now }
    const currentOwner = () => owner
    // The events of a database that was named may belong to another application, which must get them.
    const acknowledges = !settings.events && settings.database === ownDatabase(settings.data)
    const deliverTo = settings.events ? [...destinationsOf(settings.events), toFeed] : acknowledges ? toFeed : null
    const punctual = createPunctual({
      baseUrl,
      keys,
      clients,
      currentOwner,
      store: await storeOf(settings.database),
      journal: join(settings.data, 'journal'),
      ...(await keptBy(settings)),
      clock,
      ...(deliverTo ? { deliverTo } : {}),
    })
    closers.add(() => punctual.stop())
    await whenReady(punctual)

    const standIns = clients.filter((client) => !real.includes(client)).map(({ provider }) => provider.title)
    const note = sandbox && {
      text: `The sandbox stands in for ${standIns.join(' and ')}: you need no account, and nothing is real.`,
      link: { text: 'Open the sandbox', href: `${sandbox.url}/` },
    }
    const dashboard = createDashboard({
      punctual,
      clients,
      baseUrl,
      // The person at this machine owns what is connected here, and may do everything.
      actor: currentOwner,
      mayAct: () => true,
      owner,
      // In a sandbox nothing is real. A real calendar is only shown, so that no customer is booked by accident.
      mayBook: (client) => !real.includes(client),
      eventsNote: eventsNote(settings, acknowledges, sandbox),
      clock,
      ...(note ? { note } : {}),
    })
    const onFault = (error: unknown) => terminal.line(terminal.paint('red', `fault: ${faultText(error)}`))
    answer = createDevServer({ punctual, clients, baseUrl, settings, dashboard: dashboard.fetch, clock, onFault })
    punctual.on((event) => {
      // It is printed once for the grant.
      if (event.type !== 'connection.renewed') terminal.line(terminal.paint('dim', describeEvent(event)))
    })
    punctual.start()

    // Before anything is printed: a reader of the output may send the signal at once.
    stopped = untilStopped(closers, terminal)
    printAddresses({ settings, baseUrl, sandbox, standIns, real }, terminal)
    // Otherwise it is written when the process ends, which a closed terminal prevents.
    module.flushCompileCache()
  } catch (error) {
    await closers.close()
    throw error
  }
  await stopped
}

interface Addresses {
  readonly settings: Settings
  readonly baseUrl: string
  readonly sandbox: { readonly url: string } | null
  /** The titles of the providers that the sandbox stands in for. */
  readonly standIns: readonly string[]
  readonly real: readonly Client[]
}

function printAddresses({ settings, baseUrl, sandbox, standIns, real }: Addresses, { line, paint }: Terminal): void {
  line(`${paint('bold', `${baseUrl}/`)}  the page: connect an account here`)
  if (sandbox) line(`${sandbox.url}/  the sandbox: it stands in for ${standIns.join(' and ')}`)
  for (const { id, provider, scopes } of real) {
    line(`${provider.title} is the real one. Its OAuth app needs the redirect address`)
    line(`  ${baseUrl}/callback/${id}`)
    line(`  and the scopes ${scopes.join(' ')}.`)
  }
  for (const { message, fix } of openKeyFiles(settings)) line(paint('yellow', `${message} ${fix}`))
  if (settings.events) line(`Events go to ${placesOf(settings.events)}, signed.`)
  if (settings.escrow !== null) line(`The escrow is ${placeOf(settings.escrow)}.`)
  line(paint('dim', `Everything is kept in ${settings.data}. Stop with Ctrl+C.`))
}

/** The page has no login: only this machine may reach it. */
function originOfPage({ url: text }: Pick<Settings, 'url'>): string | null {
  if (text === null) return null
  const url = new URL(text)
  if (url.pathname !== '/')
    throw wrong('PUNCTUAL_URL', 'must be an origin such as http://localhost:4600, without a path or a query')
  if (isLoopback(url)) return url.origin
  const why = 'the page of dev has no login and is for this machine only'
  throw wrong('PUNCTUAL_URL', `must be on localhost, 127.0.0.1 or [::1], since ${why}: correct it, or remove it`)
}

/** Says where events go, and how to see one. */
function eventsNote({ events }: Settings, acknowledges: boolean, sandbox: { readonly url: string } | null): Note {
  const link = sandbox && { text: 'Book a meeting in the sandbox', href: `${sandbox.url}/#people` }
  const noteOf = (text: string): Note => ({ text, ...(link ? { link } : {}) })
  if (events) return noteOf(`They go to ${placesOf(events)}, signed.`)
  const remedy = 'To have them sent to your application, set PUNCTUAL_EVENTS_URL and PUNCTUAL_EVENTS_SECRETS.'
  return noteOf(
    `${acknowledges ? 'This page acknowledges them itself' : 'Nothing here acknowledges them, so they wait'}. ${remedy}`,
  )
}

function faultText(error: unknown): string {
  if (error instanceof PunctualError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown'
}

/** What is kept beside the database, and for how long. */
async function keptBy({ escrow, retention }: Settings) {
  return { escrow: escrow === null ? null : await escrowOf(escrow), retention }
}
