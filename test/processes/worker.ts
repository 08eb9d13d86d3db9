// A process of its own with a Punctual on a SQLite file or a Postgres. Reads one job as JSON from its arguments, does it, prints one
// line of JSON.

import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

import { calcom, calendly } from '../../src/providers/index.ts'
import { createPunctual } from '../../src/punctual.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { notingHandler } from './dispatch-log.ts'
import { killingAt } from './kill-points.ts'
import type { Place } from './open-store.ts'

export interface Job extends Place {
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
  /** The seam at which to die, counted from the beginning of the work. */
  readonly fatal?: number
  readonly work:
    | { readonly kind: 'callback'; readonly address: string; readonly cookie: string }
    | { readonly kind: 'token'; readonly connection: string; readonly callers: number }
    /** Keeps grants alive until it is killed. */
    | { readonly kind: 'keep' }
    /** Takes webhooks on the port that it prints and hands them over, noting that in a file, until it is killed. */
    | { readonly kind: 'deliver'; readonly notes: string }
    /** One line in (ms by which the clock is ahead from now on), one round of callers, one line out. */
    | { readonly kind: 'rounds'; readonly connection: string; readonly callers: number }
    /** Asks for these events, or for none; ends the connection; or is the keeper that renews what was disabled. */
    | {
        readonly kind: 'webhooks'
        readonly act: 'subscribe' | 'unsubscribe' | 'disconnect' | 'keep'
        readonly connection: string
        readonly events: readonly string[]
        /** What the requests about subscriptions have in their address. */
        readonly hooks: string
      }
    /** One caller, while the disk is full from the moment the provider answers until a line comes in. */
    | { readonly kind: 'full disk'; readonly connection: string }
}

const job = JSON.parse(process.argv[2] ?? '') as Job
// Many workers are started, most of them to be killed: they load what they need, and leave it compiled for the next.
const store = job.schema === undefined ? sqlite(job.database) : (await import('./open-store.ts')).openStore(job)
flushCompileCache()
const seams = killingAt(job.fatal ?? -1, store, job.work.kind === 'webhooks' ? ofSubscriptions : undefined)
let ahead = job.ahead ?? 0
let filled = () => {}
const punctual = createPunctual({
  baseUrl,
  keys: [testKey],
  store: seams.store,
  clock: virtualClock(() => Date.now() + ahead),
  fetch: async (input, init) => {
    const response = await seams.fetch(input, init)
    filled()
    return response
  },
  journal: job.journal ?? null,
  ...(job.work.kind === 'deliver' ? { deliverTo: notingHandler(job.work.notes) } : {}),
  currentOwner: () => 'ada',
  clients: [
    calendly({ ...job.sandbox.calendly, scopes: ['users:read', 'event_types:read', 'scheduled_events:read'] }),
    calcom({ ...job.sandbox.calcom, scopes: ['PROFILE_READ', 'SCHEDULE_READ', 'BOOKING_READ'] }),
  ],
})
await punctual.ready()
seams.arm()

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function tokens(id: string, callers: number): Promise<unknown> {
  const connection = await punctual.connections.get(id)
  const settled = await Promise.allSettled(Array.from({ length: callers }, () => connection.token()))
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  const generations = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.generation] : []))
  return { failed: failed.length, first: failed[0] ?? null, generations: [...new Set(generations)] }
}

/** What changes a subscription, or the end of its connection, and every request about one. */
function ofSubscriptions(operation: string): boolean {
  if (job.work.kind !== 'webhooks') return false
  return (
    /^(subscriptions\.(insert|update|takeDue)|connections\.detach|grants\.close|POST .*\/revoke)$/.test(operation) ||
    operation.includes(job.work.hooks)
  )
}

async function tendWebhooks({ act, connection, events }: Job['work'] & { kind: 'webhooks' }): Promise<void> {
  if (act === 'subscribe') await punctual.webhooks.subscribe(connection, events)
  if (act === 'unsubscribe') await punctual.webhooks.unsubscribe(connection)
  if (act === 'disconnect') await (await punctual.connections.get(connection)).disconnect()
  if (act !== 'keep') return
  const renewed = new Promise<void>((resolve) => {
    punctual.on((event) => event.type === 'webhook.renewed' && resolve())
  })
  punctual.start()
  await renewed
}

/** Writes to the database until the disk (this process's file size limit) takes no more. Answers how to make room. */
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
    await tendWebhooks(job.work)
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
print({ seams: seams.passed() })
await punctual.stop()
process.stdin.destroy()
