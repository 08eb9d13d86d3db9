// LISTEN/NOTIFY: a hint that a grant has changed, for callers that wait for another replica's refresh. Nothing depends
// on it: it is sent after the change, lost with its connection, and switched off for good where the engine has none.

import { type Kysely, sql } from 'kysely'
import type { Client } from 'pg'
import { systemClock } from '../../core/clock.ts'
import type { GrantStore } from '../../core/store/grants.ts'
import type { Tables } from '../sql/engine/tables.ts'
import { codeOf, isLost } from './failure.ts'

export interface Hints {
  /** The same operations, withHints the other replicas of what they change. */
  withHints(grants: GrantStore): GrantStore
  close(): Promise<void>
}

const retryAfterMs = 5000
/** Grants that one statement names. */
const mostAtOnce = 100

export function createHints(channel: string, db: Kysely<Tables>, connect: () => Promise<Client>): Hints {
  const waiters = createWaiters()
  let off = false
  let client: Promise<Client | null> | null = null
  let failedAt = Number.NEGATIVE_INFINITY

  function stopListening(error: unknown): void {
    client = null
    failedAt = systemClock.monotonic()
    // An engine that does not know the statement never will.
    if (!isLost(error) && /^(0A|42)/.test(codeOf(error))) off = true
  }

  async function listen(): Promise<Client | null> {
    let made: Client | null = null
    try {
      made = await connect()
      made.on('notification', ({ payload }) => waiters.wake(payload ?? ''))
      made.once('end', () => {
        if (client) stopListening({ code: 'connection_lost' })
      })
      await made.query(`listen "${channel}"`)
      return made
    } catch (error) {
      stopListening(error)
      await made?.end().catch(() => {})
      return null
    }
  }

  const unsent = new Set<string>()
  let sending = false

  /** One statement at a time: what changes meanwhile goes with the next one. */
  async function notify(id: string): Promise<void> {
    unsent.add(id)
    if (sending) return
    sending = true
    while (unsent.size > 0 && !off) {
      const ids = [...unsent].slice(0, mostAtOnce)
      for (const id of ids) unsent.delete(id)
      const calls = ids.map((id) => sql`pg_notify(${channel}, ${id})`)
      await sql`select ${sql.join(calls)}`.execute(db).catch((error: unknown) => {
        if (!isLost(error) && /^(0A|42)/.test(codeOf(error))) off = true
      })
    }
    sending = false
  }

  function changed(id: string, signal: AbortSignal): Promise<void> {
    if (!off && systemClock.monotonic() - failedAt > retryAfterMs) client ??= listen()
    return waiters.wait(id, signal)
  }

  return {
    withHints(grants) {
      const then =
        <Rest extends unknown[]>(change: (id: string, ...rest: Rest) => Promise<boolean>) =>
        async (id: string, ...rest: Rest): Promise<boolean> => {
          const done = await change(id, ...rest)
          if (done && !off) void notify(id)
          return done
        }
      const { commit, release, end, useFallback } = grants
      return {
        ...grants,
        commit: then(commit),
        release: then(release),
        end: then(end),
        useFallback: then(useFallback),
        changed,
      }
    },
    async close() {
      const last = client
      client = null
      // Not awaited: a connection that has fallen silent does not report its end.
      void (await last)?.end().catch(() => {})
    },
  }
}

/** Those who wait in this process for a change of a grant. */
function createWaiters() {
  const waiting = new Map<string, Set<() => void>>()
  return {
    wake(id: string): void {
      for (const resolve of waiting.get(id) ?? []) resolve()
    },
    wait: (id: string, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve()
        const all = waiting.get(id) ?? new Set()
        const done = () => {
          all.delete(done)
          if (all.size === 0 && waiting.get(id) === all) waiting.delete(id)
          signal.removeEventListener('abort', done)
          resolve()
        }
        waiting.set(id, all.add(done))
        signal.addEventListener('abort', done)
      }),
  }
}
