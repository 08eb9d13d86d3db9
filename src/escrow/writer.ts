// Adds entries to the escrow, one write at a time: those that come during a write wait together for the next one, and share
// its way to the disk.

import type { EscrowPlace } from '../core/escrow-place.ts'

/** Resolves when the text outlives this process. */
export type Write = (text: string) => Promise<void>

export function createWriter(place: Pick<EscrowPlace, 'append'>): Write {
  let waiting: { readonly text: string; readonly done: PromiseWithResolvers<void> }[] = []
  let isWriting = false

  async function writeAll(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await place.append(batch.map(({ text }) => text))
        for (const { done } of batch) done.resolve()
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
    }
    isWriting = false
  }

  return (text) => {
    const done = Promise.withResolvers<void>()
    waiting.push({ text, done })
    if (!isWriting) writeAll()
    return done.promise
  }
}
