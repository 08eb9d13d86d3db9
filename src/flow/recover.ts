// Goes on with what a process left in the middle: answers that were stored and neither attached nor revoked, grants that began to close. It
// needs no person. A record that fails is set aside and stops no other.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { GrantRecords } from '../records/grants.ts'
import type { CloseGrant } from './disconnect.ts'

/** Milliseconds after which something under way counts as left behind. */
const leftBehindMs = 60_000
const batch = 50
/** For so long it is tried to revoke the tokens of a grant that has ended. */
const revokingForMs = 86_400_000
const longestWaitMs = 1_800_000
/** Grants that each process remembers to have tried. */
const mostTried = 1000

export interface RecoverDependencies {
  readonly attempts: Pick<AttemptRecords, 'stranded'>
  readonly grants: Pick<GrantRecords, 'closing'>
  readonly clients: ReadonlyMap<string, Client>
  /** Attaches a stored answer. */
  readonly resume: (attempt: Attempt) => Promise<unknown>
  /** Revokes the tokens that an attempt holds which has failed. */
  readonly revokeHeld: (attempt: Attempt) => Promise<unknown>
  readonly closeGrant: CloseGrant
  readonly clock: Pick<Clock, 'monotonic'>
  /** Records that the background could not work on. */
  readonly aside: SetAside
}

/** Returns the background job. */
export function createRecover(dependencies: RecoverDependencies): () => Promise<void> {
  const { attempts, grants, clients, resume, revokeHeld, closeGrant, clock, aside } = dependencies
  const tried = new Map<string, { readonly waitMs: number; readonly at: number }>()
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
      (after) => grants.closing(revokingForMs, batch, after),
      ({ id }) => closeGrant(id, true),
    )
    await each(
      'grant',
      (after) => grants.closing(leftBehindMs, batch, after),
      ({ id }) => closeLater(id),
    )
  }

  /** While the provider is away, each grant is tried at growing distances. */
  async function closeLater(id: string): Promise<void> {
    const { waitMs, at } = tried.get(id) ?? { waitMs: 0, at: 0 }
    if (clock.monotonic() - at < waitMs) return
    const { notRevoked } = await closeGrant(id)
    tried.delete(id)
    if (!notRevoked.some(({ reason }) => reason === 'unavailable')) return
    const [oldest] = tried.keys()
    if (tried.size >= mostTried && oldest !== undefined) tried.delete(oldest)
    tried.set(id, { at: clock.monotonic(), waitMs: Math.min(Math.max(2 * waitMs, leftBehindMs), longestWaitMs) })
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
