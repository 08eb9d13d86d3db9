// Takes up what a process left in the middle: answers that were stored and not attached, grants that began to close.
// Nothing of it needs a person. What fails is set aside and stops nothing else.

import { PunctualError } from '../core/errors.ts'
import { attemptLifetimeMs } from '../records/attempts.ts'
import { closeGrant } from './disconnect.ts'
import type { FlowParts } from './parts.ts'
import { resume } from './settle.ts'

/** Ms after which something under way counts as left behind. */
const leftBehind = 60_000
const batch = 50
/** Attempts that are deleted in one statement. */
const sweepBatch = 500

export async function recover(parts: FlowParts): Promise<void> {
  const { attempts, grants } = parts
  await each(
    parts,
    'attempt',
    (after) => attempts.stranded(leftBehind, batch, after),
    async (attempt) => {
      if (parts.clients.has(attempt.client)) await resume(parts, attempt)
    },
  )
  await each(
    parts,
    'grant',
    (after) => grants.closing(leftBehind, batch, after),
    (grant) => closeGrant(parts, grant.id),
  )
  while ((await attempts.sweep(attemptLifetimeMs, sweepBatch)) === sweepBatch);
}

/** Works on all records of a list, page by page, each by itself. Ends early only where the store is away. */
async function each<Record extends { readonly id: string }>(
  { aside }: FlowParts,
  kind: string,
  read: (after: string | null) => Promise<Record[]>,
  work: (record: Record) => Promise<unknown>,
): Promise<void> {
  for (let after: string | null = null, page: Record[] = []; ; ) {
    page = await read(after)
    for (const record of page) {
      const name = `${kind} ${record.id}`
      if (aside.has(name)) continue
      try {
        await work(record)
        aside.delete(name)
      } catch (error) {
        if (error instanceof PunctualError && error.retryable) throw error
        aside.add(name, error)
      }
    }
    if (page.length < batch) return
    after = page.at(-1)?.id ?? null
  }
}
