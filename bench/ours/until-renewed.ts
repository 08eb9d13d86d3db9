// Waits for the background work of the keeper.

import type { Punctual } from 'punctual'

const longestMs = 300_000

/** Resolves when that many grants have been refreshed from now on. */
export async function untilRenewed(punctual: Punctual, count: number): Promise<void> {
  let renewed = 0
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const off = punctual.on((event) => {
    if (event.type === 'grant.renewed' && ++renewed === count) resolve()
    if (event.type === 'connection.needs_reconnect') reject(new Error('a grant has ended'))
  })
  const late = setTimeout(() => reject(new Error(`${renewed} of ${count} were refreshed in time`)), longestMs)
  try {
    await promise
  } finally {
    clearTimeout(late)
    off()
  }
}
