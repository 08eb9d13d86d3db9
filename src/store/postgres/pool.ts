// Connections to Postgres. `pg` is loaded on first use. The end of a connection is never an unhandled error, no
// statement waits for longer than its deadline, and a connection that was late or lost is never used again.

import type { Client, Pool, PoolClient, PoolConfig, QueryResult } from 'pg'
import { systemClock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { causeOf } from '../../core/foreign-error.ts'
import { cancel } from './cancel.ts'
import { codeOf, failure, isLost, notOpen } from './failure.ts'
import type { Settings } from './settings.ts'

/** One connection, lent. */
export interface Session {
  /** `name`: of a statement that the server keeps; without one, a pooler may run it on any of its sessions. */
  run(text: string, values?: readonly unknown[], name?: string): Promise<QueryResult<Record<string, unknown>>>
  /** Returns it to the pool, or ends it if it was late or lost. */
  release(): void
}

export interface Connections {
  borrow(): Promise<Session>
  /** A separate connection, outside the pool. */
  connect(): Promise<Client>
  /** Waits for the statements that are running. Who waits for a connection is refused. */
  end(): Promise<void>
}

export async function openConnections(settings: Settings): Promise<Connections> {
  const { where, statementTimeout, connectTimeout } = settings
  const pg = await load()
  const config: PoolConfig = {
    connectionString: settings.url,
    application_name: 'punctual',
    keepAlive: true,
    connectionTimeoutMillis: connectTimeout,
    max: settings.connections,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }),
    types: { getTypeParser: (type, format) => (type === 20 ? inRange : pg.types.getTypeParser(type, format)) as never },
  }
  const pool: Pool = new pg.Pool(config)
  // An idle connection that ends leaves the pool by itself; one that is lent fails its statement. Neither is a crash.
  pool.on('error', () => {})
  pool.on('connect', (client: PoolClient) => client.on('error', () => {}))

  /** Refuses the callers that wait for a connection: the pool forgets them when it ends. */
  const waiting = new Set<(error: PunctualError) => void>()
  const nextFree = () =>
    new Promise<PoolClient>((resolve, reject) => {
      waiting.add(reject)
      pool.connect().then(
        (client) => (waiting.delete(reject) ? resolve(client) : client.release()),
        (error: unknown) => {
          waiting.delete(reject)
          reject(error)
        },
      )
    })

  return {
    async borrow() {
      const client = await nextFree().catch((error: unknown) => {
        throw failure(where, isLate(error) ? { code: 'no_connection' } : error)
      })
      return lend(pg, client, config, settings)
    },
    async connect() {
      const client = new pg.Client({ ...config, query_timeout: statementTimeout })
      client.on('error', () => {})
      await client.connect().catch((error: unknown) => {
        throw failure(where, error)
      })
      return client
    },
    async end() {
      for (const refuse of waiting) refuse(notOpen(where))
      waiting.clear()
      // A connection that has fallen silent does not report its end.
      const done = new AbortController()
      const late = systemClock.sleep(statementTimeout + 1000, done.signal).catch(() => {})
      await Promise.race([pool.end(), late]).finally(() => done.abort('ended'))
    },
  }
}

/** `config`: for the connection that a request to cancel needs. */
function lend(
  pg: typeof import('pg'),
  client: PoolClient,
  config: PoolConfig,
  { where, statementTimeout, connectTimeout }: Settings,
): Session {
  let lost = false
  let cancelled = false

  async function inTime(text: string, values: readonly unknown[], name: string | undefined) {
    const answer = client.query<Record<string, unknown>>({ text, values: [...values], ...(name && { name }) })
    if (await settles(answer, statementTimeout)) return answer
    cancelled = true
    const cancelWaitMs = Math.min(connectTimeout, longestCancelMs)
    void cancel(pg, client, config, cancelWaitMs)
    // The server reports that it was cancelled, or has just run it, which is as good as in time.
    const late = Object.assign(new Error('the statement was late'), { code: 'timeout' })
    if (!(await settles(answer, cancelWaitMs))) throw late
    return answer.catch((error: unknown) => {
      throw codeOf(error) === '57014' ? late : error
    })
  }

  return {
    async run(text, values = [], name) {
      if (lost) throw failure(where, { code: 'connection_lost' })
      try {
        return await inTime(text, values, name)
      } catch (error) {
        lost ||= isLost(error)
        throw failure(where, error)
      }
    },
    // The request to cancel may still be on its way, and would cancel the next statement.
    release: () => client.release(lost || cancelled),
  }
}

/** How long a caller whose statement was late waits for it to be cancelled. */
const longestCancelMs = 2000

const greatest = Number.MAX_SAFE_INTEGER

/** Times and counters are far below 2^53; the one number above it (CockroachDB's serial) is never read. */
function inRange(digits: string): number {
  return Math.min(Math.max(Number(digits), -greatest), greatest)
}

/** Whether it succeeds or fails within `ms`. */
async function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const done = new AbortController()
  const late = systemClock.sleep(ms, done.signal).then(
    () => false,
    () => true,
  )
  const settled = promise.then(
    () => true,
    () => true,
  )
  // With a reason, since each abort without one makes an exception.
  return Promise.race([settled, late]).finally(() => done.abort('settled'))
}

function isLate(error: unknown): boolean {
  return codeOf(error) === 'connection_lost' && error instanceof Error && error.message.includes('timeout')
}

async function load(): Promise<typeof import('pg')> {
  try {
    return (await import('pg')).default as unknown as typeof import('pg')
  } catch (cause) {
    throw new PunctualError(
      'store_unavailable',
      'The Postgres store needs the package "pg". Install it with: npm install pg',
      {
        reason: 'pg_missing',
        cause: causeOf(cause),
      },
    )
  }
}
