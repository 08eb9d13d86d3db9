// A process with its own Punctual on SQLite or Postgres. Its argument is one job as JSON. It does the job and prints one line
// of JSON.

import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

import { calcom, calendly } from '../../src/providers/index.ts'
import { createPunctual } from '../../src/punctual.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { loggingHandler } from './dispatch-log.ts'
import { killAtPoint } from './kill-points.ts'
import type { Database } from './open-store.ts'

export interface Job extends Database {
  readonly sandbox: {
    readonly calendly: {
      hosts: { auth: string; api: string }
      clientId: string
      clientSecret: string
      webhookKeys?: string[]
    }
    readonly calcom: { hosts: { app: string; api: string }; clientId: string; clientSecret: string }
  }
  readonly journal?: string
  /** Ms by which this process's clock is ahead. */
  readonly ahead?: number
  /** The kill point, counted from the start of the work. */
  readonly fatal?: number
  readonly work:
    | { readonly kind: 'callback'; readonly address: string; readonly cookie: string }
    | { readonly kind: 'token'; readonly connection: string; readonly callers: number }
    /** Keeps grants alive until it is killed. */
    | { readonly kind: 'keep' }
    /** Accepts webhooks on the port that it prints and dispatches their events, logging that in a file, until it is killed. */
    | { readonly kind: 'deliver'; readonly log: string }
    /** Each line of input (ms by which the clock is ahead from now on) starts one round of callers and one line of output. */
    | { readonly kind: 'rounds'; readonly connection: string; readonly callers: number }
    /** Subscribes to these events, or to none; disconnects; or runs the keeper, which replaces a disabled subscription. */
    | {
        readonly kind: 'webhooks'
        readonly act: 'subscribe' | 'unsubscribe' | 'disconnect' | 'keep'
        readonly connection: string
        readonly events: readonly string[]
        /** A part of the address of requests about subscriptions. */
        readonly hooks: string
      }
    /** One caller, while the disk is full from the moment when the provider answers until a line comes in. */
    | { readonly kind: 'full disk'; readonly connection: string }
}

const job = JSON.parse(process.argv[2] ?? '') as Job
// Many workers start, most of them to be killed: each loads only what it needs, and leaves it compiled for the next.
const store = job.schema === undefined ? sqlite(job.database) : (await import('./open-store.ts')).openStore(job)
flushCompileCache()
const killPoints = killAtPoint(job.fatal ?? -1, store, countedIn(job.work))
let ahead = job.ahead ?? 0
let filled = () => {}
const punctual = createPunctual({
  baseUrl,
  keys: [testKey],
  store: killPoints.store,
  clock: virtualClock(() => Date.now() + ahead),
  fetch: async (input, init) => {
    const response = await killPoints.fetch(input, init)
    filled()
    return response
  },
  journal: job.journal ?? null,
  ...(job.work.kind === 'deliver' ? { deliverTo: loggingHandler(job.work.log) } : {}),
  currentOwner: () => 'ada',
  clients: [
    calendly({ ...job.sandbox.calendly, scopes: ['users:read', 'event_types:read', 'scheduled_events:read'] }),
    calcom({ ...job.sandbox.calcom, scopes: ['PROFILE_READ', 'SCHEDULE_READ', 'BOOKING_READ'] }),
  ],
})
await punctual.ready()
killPoints.arm()

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function tokens(id: string, callers: number): Promise<unknown> {
  const connection = await punctual.connections.get(id)
  const settled = await Promise.allSettled(Array.from({ length: callers }, () => connection.token()))
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  const generations = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.generation] : []))
  return { failed: failed.length, first: failed[0] ?? null, generations: [...new Set(generations)] }
}

/** Returns whether the operation changes a subscription or disconnects, or is a request about a subscription. */
/**
 * The steps of a refresh, which one caller makes: how often the others read meanwhile depends on the machine, so that points
 * counted among reads are other points in every run.
 */
function ofRefresh(operation: string): boolean {
  return /^(grants\.(claim|commit|release|end|useFallback)|POST .*)$/.test(operation)
}

function countedIn({ kind }: Job['work']): ((operation: string) => boolean) | undefined {
  if (kind === 'token') return ofRefresh
  return kind === 'webhooks' ? ofSubscriptions : undefined
}

function ofSubscriptions(operation: string): boolean {
  if (job.work.kind !== 'webhooks') return false
  return (
    /^(subscriptions\.(insert|update|takeDue)|connections\.detach|grants\.close|POST .*\/revoke)$/.test(operation) ||
    operation.includes(job.work.hooks)
  )
}

async function changeWebhooks({ act, connection, events }: Job['work'] & { kind: 'webhooks' }): Promise<void> {
  if (act === 'subscribe') await punctual.webhooks.subscribe(connection, events)
  if (act === 'unsubscribe') await punctual.webhooks.unsubscribe(connection)
  if (act === 'disconnect') await (await punctual.connections.get(connection)).disconnect()
  if (act !== 'keep') return
  const refreshed = new Promise<void>((resolve) => {
    punctual.on((event) => event.type === 'webhook.renewed' && resolve())
  })
  punctual.start()
  await refreshed
}

/** Writes to the database until the disk (the limit of this process's files) is full. Returns what makes room. */
function fillDisk(): () => void {
  const database = new DatabaseSync(job.database)
  database.exec('CREATE TABLE IF NOT EXISTS junk (x)')
  try {
    for (;;) database.prepare('INSERT INTO junk VALUES (?)').run('x'.repeat(100))
  } catch {
    return () => {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
    }
  }
}

switch (job.work.kind) {
  case 'callback': {
    const { address, cookie } = job.work
    const response = await punctual.handler(new Request(address, { headers: { cookie } }))
    print({ location: response.headers.get('location') })
    break
  }
  case 'token':
    print(await tokens(job.work.connection, job.work.callers))
    break
  case 'webhooks':
    await changeWebhooks(job.work)
    break
  case 'keep':
    punctual.start()
    print('ready')
    await new Promise(() => setInterval(() => {}, 60_000))
    break
  case 'deliver': {
    const { listen } = await import('../../src/server/listen.ts')
    const { port } = await listen({ fetch: punctual.handler, port: 0, hostname: '127.0.0.1' })
    punctual.start()
    print({ port })
    await new Promise(() => {})
    break
  }
  case 'rounds': {
    print('ready')
    for await (const line of createInterface({ input: process.stdin })) {
      ahead = Number(line)
      print(await tokens(job.work.connection, job.work.callers))
    }
    break
  }
  case 'full disk': {
    let makeRoom = () => {}
    filled = () => {
      makeRoom = fillDisk()
      filled = () => {}
    }
    const stored = new Promise<void>((resolve) => {
      punctual.on((event) => {
        if (event.type === 'grant.journaled') print({ journaled: event.durable })
        if (event.type === 'grant.renewed') resolve()
      })
    })
    print(await tokens(job.work.connection, 1))
    print(await tokens(job.work.connection, 1))
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'make room') {
        makeRoom()
        await stored
      }
      break
    }
  }
}
print({ killPoints: killPoints.passed() })
await punctual.stop()
process.stdin.destroy()
