// Brings into the store what the journal holds: once before any refresh token is presented, as soon as the store is back,
// and a last time when the process stops.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Store } from '../core/store/store.ts'
import { elapse } from '../core/timeouts.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import type { Schedule, SealedRefresh } from '../records/refreshed-set.ts'
import type { EscrowGuard } from './escrow-guard.ts'
import { answersOf, type Journal, type JournalTarget, renewals } from './journal.ts'

export interface JournalReplay {
  /** Says where answers go. Called once, before the first replay. */
  bringAnswersTo(storeAnswer: JournalTarget['storeAnswer']): void
  /**
   * Reads what an earlier process left, and offers its renewals to the store; `null`: that is done. A refresh waits for
   * it, since a set of the journal may be the newer one. The answers, which may need their provider, follow in the
   * background.
   */
  ready(): Promise<void> | null
  /** Offers a client's answers to the store once. */
  answers(client: string): Promise<unknown>
  /** The background job: offers every entry. */
  round(): Promise<void>
  /** Offers every entry in the background, with growing pauses while the store is away. */
  soon(): void
  /** The same for a few seconds at most: the last thing before the store is closed. */
  last(): Promise<void>
}

export interface JournalReplayDependencies {
  readonly journal: Pick<Journal, 'load' | 'queues' | 'removeStored' | 'replay'>
  /** `null`: there is no escrow. */
  readonly guard: Pick<EscrowGuard, 'ready'> | null
  readonly grants: Pick<GrantRecords, 'get' | 'putBack'>
  /** Knows whether a grant was deleted: no process can use what comes for it. */
  readonly store: Pick<Store, 'ended'>
  readonly clock: Clock
  readonly background: Pick<BackgroundWork, 'stopping' | 'track'>
  readonly report: { restored(grant: Grant): void; recovered(grant: Grant): void }
}

export function createJournalReplay(dependencies: JournalReplayDependencies): JournalReplay {
  const { journal, guard, grants, store, clock, background, report } = dependencies
  let storeAnswer: JournalTarget['storeAnswer'] = async () => {
    throw new TypeError('an answer is replayed before bringAnswersTo was called')
  }
  const target: JournalTarget = {
    storeRenewal: (...renewal) => storeRenewal({ grants, store }, report, ...renewal),
    storeAnswer: (answer, ageMs) => storeAnswer(answer, ageMs),
  }
  let loading: Promise<void> | null = null
  let isReady = false
  /** The queues that are being replayed until they are empty. */
  const replaying = new Set<string>()

  async function all(): Promise<'done' | 'away'> {
    const results = await Promise.all([...journal.queues()].map((queue) => journal.replay(target, queue)))
    return results.includes('away') ? 'away' : 'done'
  }

  async function untilDone(queue: string): Promise<void> {
    const stopping = background.stopping()
    for (let waitMs = 500; (await journal.replay(target, queue)) === 'away'; waitMs = Math.min(waitMs * 2, 30_000)) {
      if (stopping.aborted) return
      await clock.sleep(waitMs, stopping).catch(() => {})
    }
  }

  function soon(): void {
    for (const queue of journal.queues()) {
      if (replaying.has(queue)) continue
      replaying.add(queue)
      background.track(untilDone(queue).finally(() => replaying.delete(queue)))
    }
  }

  async function load(): Promise<void> {
    // A set of the journal goes onto the row as it was when that set was given.
    await guard?.ready()
    await journal.load()
    await journal.replay(target, renewals)
    isReady = true
    soon()
  }

  function ready(): Promise<void> | null {
    if (isReady) return null
    loading ??= load().finally(() => {
      loading = null
    })
    return loading
  }

  return {
    ready,
    answers: (client) => journal.replay(target, answersOf(client)),
    soon,
    async round() {
      await ready()
      await journal.removeStored()
      soon()
    },
    bringAnswersTo(store) {
      storeAnswer = store
    },
    async last() {
      for (let pauseMs = 250; pauseMs <= 4000 && (await all()) === 'away'; pauseMs *= 2) await elapse(clock, pauseMs)
    },
  }
}

async function storeRenewal(
  { grants, store }: Pick<JournalReplayDependencies, 'grants' | 'store'>,
  report: JournalReplayDependencies['report'],
  renewal: SealedRefresh,
  schedule: Schedule,
  ageMs: number,
): Promise<void> {
  const became = await grants.putBack(renewal, schedule, ageMs)
  const grant = await grants.get(renewal.grant)
  if (grant && became === 'stored') report.restored(grant)
  if (grant && became === 'revived') report.recovered(grant)
  if (became !== 'absent' || (await store.ended.has(renewal.grant))) return
  const sentence = 'The database does not know this grant. Start Punctual once with the database that does.'
  throw new PunctualError('store_unavailable', sentence, { reason: 'another_database' })
}
