// Many callers of one grant in several processes, and their results: for journeys within a provider's limits.

import type { TestContext } from 'node:test'

import type { Connection, Punctual, PunctualOptions } from '../../src/index.ts'
import { type Host, startQuietHost } from './host.ts'
import type { IdleClock } from './idle-clock.ts'

export type QuietHost = Host & { readonly clock: IdleClock }

export interface Crowd {
  /** Ms that each caller's calls took together. */
  readonly callers: readonly number[]
  /** Ms that each call took. */
  readonly calls: readonly number[]
  /** Ms from the first call to the last answer. */
  readonly took: number
}

/** Statuses of the API's answers, in the order in which they came. */
export interface Watched {
  readonly fetch: NonNullable<PunctualOptions['fetch']>
  readonly answers: number[]
}

/** A `fetch` to the sandbox with so many ms of latency, which records the statuses. */
export function watchedFetch({ sandbox, clock }: Pick<QuietHost, 'sandbox' | 'clock'>, latency = 0): Watched {
  const answers: number[] = []
  return {
    answers,
    async fetch(input, init) {
      if (latency > 0) await clock.sleep(latency / 2)
      const response = await sandbox.handler(new Request(input, init))
      if (latency > 0) await clock.sleep(latency / 2)
      if (!String(input).endsWith('/token')) answers.push(response.status)
      return response
    },
  }
}

/** Starts a host whose API answers are recorded, in a new window of its limits. */
export async function startWatched(t: TestContext, latency = 0): Promise<QuietHost & { readonly answers: number[] }> {
  const watched: { current: Watched | null } = { current: null }
  const host = await startQuietHost(t, {
    fetch: (input, init) => {
      watched.current ??= watchedFetch(host, latency)
      return watched.current.fetch(input, init)
    },
  })
  watched.current = watchedFetch(host, latency)
  return Object.assign(host, { answers: watched.current.answers })
}

/** Lets a minute pass, and forgets the recorded answers. */
export async function freshMinute(host: QuietHost & { readonly answers: number[] }): Promise<void> {
  await host.clock.sleep(61_000)
  host.answers.length = 0
}

/** Lets each caller make its calls one after the other, with its own connection object. */
export async function gather(
  clock: IdleClock,
  replicas: readonly Punctual[],
  connection: string,
  { callers, calls }: { readonly callers: number; readonly calls: number },
  call: (connection: Connection) => Promise<unknown>,
): Promise<Crowd> {
  const began = clock.now()
  const each: number[] = []
  const caller = async (replica: Punctual): Promise<number> => {
    const own = await replica.connections.get(connection)
    const first = clock.now()
    for (let made = 0; made < calls; made++) {
      const before = clock.now()
      await call(own)
      each.push(clock.now() - before)
    }
    return clock.now() - first
  }
  const all = replicas.flatMap((replica) => Array.from({ length: callers }, () => caller(replica)))
  return { callers: await Promise.all(all), calls: each, took: clock.now() - began }
}

/** Returns the longest wait divided by the mean. */
export function unfairness(waits: readonly number[]): number {
  return Math.max(...waits) / (waits.reduce((sum, wait) => sum + wait, 0) / waits.length)
}
