// `punctual dev` (npm start): the page, the server and the sandbox in one process, on SQLite, for the one person who
// sits at this machine. The first address that it prints is the page.

import { join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { createDashboard } from '../../dashboard/dashboard.ts'
import type { Note } from '../../dashboard/note.ts'
import { createPunctual } from '../../punctual.ts'
import { createServer } from '../../server/app.ts'
import { type Listening, listen } from '../../server/listen.ts'
import { clientsOf, isReal, needsSandbox } from '../clients.ts'
import { storeOf } from '../database.ts'
import { startSandbox } from '../dev-sandbox.ts'
import { describeEvent } from '../event-line.ts'
import { keyFromFile, makeDataFolder } from '../keys.ts'
import { SentenceError } from '../sentence.ts'
import { ownDatabase, type Settings } from '../settings.ts'
import { createClosers, untilStopped } from '../stopping.ts'
import type { Terminal } from '../terminal.ts'
import { printUndelivered } from '../webhook-line.ts'

/** The one owner of everything on a machine of one's own. */
const owner = 'you'

export async function dev(settings: Settings, terminal: Terminal): Promise<void> {
  const closers = createClosers()
  let stopped: Promise<void> | null = null
  try {
    makeDataFolder(settings.data)
    const keys = settings.keys ?? [keyFromFile(settings.data, settings.database)]
    // The port comes first: the addresses that the providers are told have it in them.
    let answer: (request: Request) => Response | Promise<Response> = starting
    const listening = await listenOn(settings.port, (request) => answer(request))
    closers.add(() => listening.close())
    const baseUrl = settings.url ?? listening.url

    const sandbox = needsSandbox(settings)
      ? await startSandbox(settings, baseUrl, (webhook) => printUndelivered(webhook, terminal))
      : null
    if (sandbox) closers.add(() => sandbox.close())
    const clients = clientsOf(settings, sandbox)
    const real = clients.filter(({ provider }) => isReal(settings, provider.name))
    // A clock that a person moves, or another's real time: a real provider's decides.
    const clock = { ...systemClock, now: real.length === 0 && sandbox ? sandbox.clock.now : systemClock.now }
    const currentOwner = () => owner
    // Those of a database that was named may be another application's: they are left to it.
    const takes = !settings.events && settings.database === ownDatabase(settings.data)
    const deliverTo = settings.events ?? (takes ? () => {} : null)
    const punctual = createPunctual({
      baseUrl,
      keys,
      clients,
      currentOwner,
      store: storeOf(settings.database),
      journal: join(settings.data, 'journal'),
      clock,
      ...(deliverTo ? { deliverTo } : {}),
    })
    closers.add(() => punctual.stop())
    await punctual.ready()

    const played = clients.filter((client) => !real.includes(client)).map(({ provider }) => provider.title)
    const note = sandbox && {
      text: `The sandbox stands in for ${played.join(' and ')}: you need no account, and nothing is real.`,
      link: { text: 'Open the sandbox', href: `${sandbox.url}/` },
    }
    const dashboard = createDashboard({
      punctual,
      clients,
      baseUrl,
      currentOwner,
      eventsNote: eventsNote(settings, takes, sandbox),
      clock,
      ...(note ? { note } : {}),
    })
    const onFault = (error: unknown) => terminal.line(terminal.paint('red', `fault: ${faultText(error)}`))
    answer = createServer({ punctual, dashboard: dashboard.fetch, origin: baseUrl, onFault }).fetch
    punctual.on((event) => {
      // It is told once for the grant.
      if (event.type !== 'connection.renewed') terminal.line(terminal.paint('dim', describeEvent(event)))
    })
    punctual.start()

    // Before anything is printed: who reads it may send the signal at once.
    stopped = untilStopped(closers, terminal)
    terminal.line(`${terminal.paint('bold', `${baseUrl}/`)}  the page: connect an account here`)
    if (sandbox) terminal.line(`${sandbox.url}/  the sandbox: ${played.join(' and ')} in a box`)
    for (const { id, provider, scopes } of real) {
      terminal.line(`${provider.title} is the real one. Its OAuth app needs the redirect address`)
      terminal.line(`  ${baseUrl}/callback/${id}`)
      terminal.line(`  and the scopes ${scopes.join(' ')}.`)
    }
    if (settings.events) terminal.line(`Events go to ${new URL(settings.events.url).origin}, signed.`)
    terminal.line(terminal.paint('dim', `Everything is kept in ${settings.data}. Stop with Ctrl+C.`))
  } catch (error) {
    await closers.close()
    throw error
  }
  await stopped
}

async function listenOn(port: number, fetch: (request: Request) => Response | Promise<Response>): Promise<Listening> {
  try {
    return await listen({ fetch, port })
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'EADDRINUSE':
        throw new SentenceError(
          `Port ${port} is in use: end the other program, or set PUNCTUAL_PORT to another port (0 for any free one).`,
        )
      case 'EACCES':
        throw new SentenceError(`Port ${port} may not be used by this user: set PUNCTUAL_PORT to one above 1023.`)
      default:
        throw error
    }
  }
}

/** Where events go, and how to see one. */
function eventsNote({ events }: Settings, takes: boolean, sandbox: { readonly url: string } | null): Note {
  const link = sandbox && { text: 'Book a meeting in the sandbox', href: `${sandbox.url}/#people` }
  const noteOf = (text: string): Note => ({ text, ...(link ? { link } : {}) })
  if (events) return noteOf(`They go to ${new URL(events.url).origin}, signed.`)
  const remedy = 'To have them sent to your application, set PUNCTUAL_EVENTS_URL and PUNCTUAL_EVENTS_SECRETS.'
  return noteOf(
    `${takes ? 'This page acknowledges them itself' : 'Nothing here acknowledges them, so they wait'}. ${remedy}`,
  )
}

function starting(): Response {
  return new Response('Punctual is starting. Reload in a moment.', { status: 503, headers: { 'retry-after': '1' } })
}

function faultText(error: unknown): string {
  if (error instanceof PunctualError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown'
}
