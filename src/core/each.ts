// Work on many records: one that fails must not stop the rest, and the work must not keep this process from other requests.

import { PunctualError } from './errors.ts'

/** Does the work for each item in turn, to the last. Then throws the first failure, if there was one. */
export async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) await work(item).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** Whether the store failed for all records, for a time: no single record is the cause. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof PunctualError && error.code === 'store_unavailable' && error.retryable
}

/** Lets the event loop serve timers and sockets, which work that waits for promises alone keeps waiting. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Returns a function to await before each piece of work: it lets `most` pieces begin in one turn of the event loop. */
export function fewPerTurn(most: number): () => Promise<void> {
  let done = 0
  return async () => {
    if (done === 0)
      setImmediate(() => {
        done = 0
      })
    if (++done > most) await nextTurn()
  }
}
