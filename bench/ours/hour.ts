// An hour of virtual time with warm grants: the background work refreshes each before its token ends, and some are read.

import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from 'punctual/store/sqlite'
import type { Setup } from '../harness/contender.ts'
import { openRaw } from '../harness/database.ts'
import { newTokens } from '../provider/tokens.ts'
import { benchClient, connect, openPunctual } from './setup.ts'
import { sealStock, someOf, stock, stockedConnection } from './stock.ts'

export interface Minute {
  readonly minute: number
  /** After garbage collection. */
  readonly heapMiB: number
  readonly rssMiB: number
  /** Since the beginning. */
  readonly refreshed: number
}

const stepMs = 15_000

export const hour: Setup<{ url: string; folder: string; grants: number; minutes: number }> = async (init) => {
  const { url, folder, grants, minutes } = init
  const file = `${folder}/punctual.db`
  const clock = steppedClock()
  let refreshes = 0
  // Refreshes are answered in the process, at once.
  const answer: typeof fetch = async (input, options) => {
    if (!String(input).endsWith('/oauth/token') || !isRefresh(options)) return fetch(input, options)
    refreshes++
    return Response.json({ ...newTokens('hour', refreshes), token_type: 'Bearer', expires_in: 7200 })
  }
  const punctual = openPunctual({
    store: sqlite(file),
    clients: [benchClient(url)],
    keepWarm: 'always',
    clock,
    fetch: answer,
  })
  await connect(punctual, 'bench', 'first')
  await stock({ file }, grants)
  await sealStock({ file }, someOf(grants, grants))
  await spread(file, clock.now())
  let renewed = 0
  punctual.on((event) => {
    if (event.type === 'grant.renewed') renewed++
  })
  return {
    async run() {
      const seen: Minute[] = []
      punctual.start()
      for (let minute = 0; minute <= minutes; minute++) {
        for (let step = 0; step < 60_000 / stepMs; step++) await clock.step(stepMs)
        for (let index = 0; index < 50; index++) {
          const connection = await punctual.connections.get(stockedConnection(1 + ((minute * 50 + index) % grants)))
          await connection.token()
        }
        globalThis.gc?.()
        const { heapUsed, rss } = process.memoryUsage()
        seen.push({ minute, heapMiB: heapUsed / 2 ** 20, rssMiB: rss / 2 ** 20, refreshed: renewed })
      }
      return seen
    },
    close: () => punctual.stop(),
  }
}

function isRefresh(options: RequestInit | undefined): boolean {
  return String(options?.body ?? '').includes('grant_type=refresh_token')
}

/** Times as if the grants had been connected over the last 90 minutes. */
async function spread(file: string, now: number): Promise<void> {
  const raw = await openRaw({ file })
  const due = `${now} + (abs(random()) % 5400) * 1000`
  await raw.run(`update grants set due_at = ${due} where id like 'grant_0%'`)
  await raw.run(
    "update grants set renew_at = due_at, expires_at = due_at + 1800000, lifetime = 7200000 where id like 'grant_0%'",
  )
  await raw.end()
}

/** A clock that stands until it is moved. A sleeper wakes when its time has come. */
function steppedClock() {
  let now = Date.now()
  const sleepers = new Map<() => void, number>()
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const wake = () => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const stop = () => {
          sleepers.delete(wake)
          reject(signal?.reason)
        }
        sleepers.set(wake, now + ms)
        signal?.addEventListener('abort', stop, { once: true })
      }),
    /** Moves it, wakes those whose time has come, and lets them work. */
    async step(ms: number) {
      now += ms
      for (const [wake, at] of [...sleepers]) if (at <= now) wake()
      await sleep(30)
    },
  }
}
