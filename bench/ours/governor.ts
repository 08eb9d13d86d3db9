// What the governor remembers of a connection that was called: its memory, and whether it is forgotten.

import type { Connection } from 'punctual'
import { memory } from 'punctual/store/memory'
import type { Setup } from '../harness/contender.ts'
import { accountsOf, benchClient, connectMany, openPunctual } from './setup.ts'

export const governor: Setup<{ url: string; connections: number; isGoverned: boolean }> = async (init) => {
  const { url, connections: count, isGoverned } = init
  let ahead = 0
  // Calls are answered in the process: with the provider's limits, whose window ends after a minute.
  const limits = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59', 'x-ratelimit-reset': '60' }
  const answer: typeof fetch = async (input, options) =>
    String(input).endsWith('/small') ? new Response('{}', { headers: limits }) : fetch(input, options)
  const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead }
  const punctual = openPunctual({ store: memory(), clients: [benchClient(url, { isGoverned })], fetch: answer, clock })
  const ids = await connectMany(punctual, 'bench', accountsOf(count, `governor-${isGoverned}`))

  const callEach = async (some: readonly Connection[]) => {
    for (const connection of some) await (await connection.fetch('/small')).arrayBuffer()
  }
  const held = await Promise.all(ids.map((id) => punctual.connections.get(id)))
  // What the first call makes for all.
  await callEach(held.slice(0, 1))
  return {
    callAll: () => callEach(held.slice(1)),
    /** An hour later one of them is called as often as all were. */
    async later() {
      ahead += 3_600_000
      for (let call = 0; call < count; call++) await callEach(held.slice(0, 1))
    },
    /** Bytes of the heap, after what nobody holds any more is gone. */
    async heap() {
      for (let index = 0; index < 4; index++) {
        await new Promise((resolve) => setImmediate(resolve))
        globalThis.gc?.()
      }
      return process.memoryUsage().heapUsed
    },
    close: () => punctual.stop(),
  }
}
