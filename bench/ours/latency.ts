// How long `token()` takes while a part of the grants are refreshed, with calls that arrive at a steady rate whether or not
// the earlier ones have ended.

import type { Connection } from 'punctual'
import { sqlite } from 'punctual/store/sqlite'
import type { Setup } from '../harness/contender.ts'
import { openRaw } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { benchClient, connect, openPunctual } from './setup.ts'
import { sealStock, someOf, stock, stockedConnection, stockedGrant } from './stock.ts'

export interface LatencyInit {
  readonly url: string
  readonly folder: string
  readonly grants: number
  readonly callsPerSecond: number
}

/** `due`: they are valid, and refreshed behind the call. `ended`: the callers of those wait. */
export type Kind = 'none' | 'due' | 'ended'

export const latency: Setup<LatencyInit> = async ({ url, folder, grants, callsPerSecond }) => {
  const file = `${folder}/punctual.db`
  const punctual = openPunctual({ store: sqlite(file), clients: [benchClient(url)] })
  await connect(punctual, 'bench', 'first')
  await stock({ file }, grants)
  await sealStock({ file }, someOf(grants, grants))
  const held: Connection[] = []
  for (let index = 1; index <= grants; index++) held.push(await punctual.connections.get(stockedConnection(index)))
  let next = 0

  return {
    /** Calls for `ms`. Returns the percentiles of the calls whose grant lives, and of the others. */
    async run(kind: Kind, ms: number, percents: readonly number[]) {
      const isOne = (index: number) => index % 100 === 0
      if (kind !== 'none') await age(file, grants, kind)
      const [living, others]: [number[], number[]] = [[], []]
      const calls: Promise<void>[] = []
      punctual.start()
      const began = performance.now()
      for (let sent = 0; performance.now() - began < ms; ) {
        const wanted = Math.floor(((performance.now() - began) / 1000) * callsPerSecond)
        for (; sent < wanted; sent++) {
          const index = next++ % grants
          // Its time begins when it should have been sent, not when the process came to it.
          const due = began + ((sent + 1) / callsPerSecond) * 1000
          const into = kind !== 'none' && isOne(index + 1) ? others : living
          calls.push((held[index] as Connection).token().then(() => void into.push(performance.now() - due)))
        }
        // A timer would be as much as two milliseconds late, and that would count as latency.
        await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(calls)
      await punctual.stop()
      await punctual.ready()
      return [living, others].map((taken) =>
        taken.length === 0 ? [] : percents.map((percent) => percentile(taken, percent)),
      )
    },
    close: () => punctual.stop(),
  }
}

/** Makes every hundredth grant due, or lets its token end. */
async function age(file: string, grants: number, kind: Kind): Promise<void> {
  const raw = await openRaw({ file })
  const now = Date.now()
  const ids = Array.from({ length: Math.floor(grants / 100) }, (_, index) => `'${stockedGrant((index + 1) * 100)}'`)
  const end = kind === 'ended' ? now - 1000 : now + 600_000
  await raw.run(
    `update grants set expires_at = ${end}, renew_at = ${now - 1}, due_at = ${kind === 'ended' ? 'null' : now + 86_400_000}, paced_at = 0, used_at = ${now} where id in (${ids.join()})`,
  )
  await raw.end()
}
