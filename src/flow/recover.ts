// Goes on with what a process left in the middle: answers that were stored and neither attached nor revoked, grants that began to close. It
// needs no person. A record that fails is set aside and stops no other.

import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import { type Attempt, type AttemptRecords, attemptLifetimeMs } from '../records/attempts.ts'
import type { ConnectSessionRecords } from '../records/connect-sessions.ts'
import type { GrantRecords } from '../records/grants.ts'
import type { CloseGrant } from './disconnect.ts'

/** Milliseconds after which something under way counts as left behind. */
const leftBehindMs = 60_000
const batch = 50
/** Attempts, or connect sessions, that are deleted in one statement. */
const sweepBatch = 500
/** A completed session says for a day what came of it. */
const sessionsKeptForMs = 86_400_000

export interface RecoverDependencies {
  readonly attempts: Pick<AttemptRecords, 'stranded' | 'sweep'>
  readonly sessions: Pick<ConnectSessionRecords, 'sweep'>
  readonly grants: Pick<GrantRecords, 'closing'>
  readonly clients: ReadonlyMap<string, Client>
  /** Attaches a stored answer. */
  readonly resume: (attempt: Attempt) => Promise<unknown>
  /** Revokes the tokens that an attempt holds which has failed. */
  readonly revokeHeld: (attempt: Attempt) => Promise<unknown>
  readonly closeGrant: CloseGrant
  /** Records that the background could not work on. */
  readonly aside: SetAside
}

/** Returns the background job. */
export function createRecover(dependencies: RecoverDependencies): () => Promise<void> {
  const { attempts, sessions, grants, clients, resume, revokeHeld, closeGrant, aside } = dependencies
  return async () => {
    await each(
      'attempt',
      (after) => attempts.stranded(leftBehindMs, batch, after),
      async (attempt) => {
        if (!clients.has(attempt.client)) return
        await (attempt.phase === 'finished' ? revokeHeld(attempt) : resume(attempt))
      },
    )
    await each(
      'grant',
      (after) => grants.closing(leftBehindMs, batch, after),
      ({ id }) => closeGrant(id),
    )
    while ((await attempts.sweep(attemptLifetimeMs, sweepBatch)) === sweepBatch);
    while ((await sessions.sweep(sessionsKeptForMs, sweepBatch)) === sweepBatch);
  }

  /** Works on all records of a list, page by page, each by itself. Ends early only where the store is away. */
  async function each<Record extends { readonly id: string }>(
    kind: string,
    read: (after: string | null) => Promise<Record[]>,
    work: (record: Record) => Promise<unknown>,
  ): Promise<void> {
    for (let after: string | null = null, page: Record[] = []; ; ) {
      page = await read(after)
      for (const record of page) await isolated(`${kind} ${record.id}`, () => work(record))
      if (page.length < batch) return
      after = page.at(-1)?.id ?? null
    }
  }

  async function isolated(record: string, work: () => Promise<unknown>): Promise<void> {
    if (aside.has(record)) return
    try {
      await work()
      aside.delete(record)
    } catch (error) {
      if (error instanceof PunctualError && error.retryable) throw error
      aside.add(record, error)
    }
  }
}
