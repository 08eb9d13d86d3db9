// Brings into the store what the journal holds: once before any refresh token is presented, as soon as the store is back,
// and a last time when the process stops.

import type { BackgroundWork } from '../core/background-work.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { elapse } from '../core/timeouts.ts'
import type { Grant, GrantRecords, Schedule, SealedRefresh } from '../records/grants.ts'
import type { Journal, JournalTarget } from './journal.ts'

export interface JournalReplay {
  /** Says where answers go. Called once, before the first replay. */
  bringAnswersTo(storeAnswer: JournalTarget['storeAnswer']): void
  /** Reads what an earlier process left, and replays it. A refresh waits for it: a set of the journal may be the newer one. */
  ready(): Promise<void>
  /** Offers every entry to the store once. */
  now(): Promise<'done' | 'away'>
  /** The background job: the same, where there are entries. */
  round(): Promise<void>
  /** Offers every entry to the store in the background, with growing pauses while the store is away. */
  soon(): void
  /** The same for a few seconds at most: the last thing before the store is closed. */
  last(): Promise<void>
}

export interface JournalReplayDependencies {
  readonly journal: Pick<Journal, 'load' | 'replay' | 'size'>
  readonly grants: Pick<GrantRecords, 'get' | 'putBack'>
  readonly clock: Clock
  readonly background: Pick<BackgroundWork, 'stopping' | 'track'>
  readonly report: { restored(grant: Grant): void; recovered(grant: Grant): void }
}

export function createJournalReplay(dependencies: JournalReplayDependencies): JournalReplay {
  const { journal, grants, clock, background, report } = dependencies
  let storeAnswer: JournalTarget['storeAnswer'] = async () => {
    throw new TypeError('an answer is replayed before bringAnswersTo was called')
  }
  const target: JournalTarget = {
    storeRenewal: (renewal, schedule) => storeRenewal(grants, report, renewal, schedule),
    storeAnswer: (answer, ageMs) => storeAnswer(answer, ageMs),
  }
  let loaded: Promise<void> | null = null
  let replaying: Promise<void> | null = null

  const now = () => journal.replay(target)

  async function untilDone(): Promise<void> {
    const stopping = background.stopping()
    for (let waitMs = 500; (await now()) === 'away'; waitMs = Math.min(waitMs * 2, 30_000)) {
      if (stopping.aborted) return
      await clock.sleep(waitMs, stopping).catch(() => {})
    }
  }

  async function ready(): Promise<void> {
    loaded ??= journal.load().then(
      async () => void (await now()),
      (error: unknown) => {
        loaded = null
        throw error
      },
    )
    await loaded
  }

  return {
    now,
    ready,
    async round() {
      await ready()
      if (journal.size() > 0) await now()
    },
    bringAnswersTo(store) {
      storeAnswer = store
    },
    soon() {
      replaying ??= untilDone().finally(() => {
        replaying = null
      })
      background.track(replaying)
    },
    async last() {
      for (let pauseMs = 250; pauseMs <= 4000 && (await now()) === 'away'; pauseMs *= 2) await elapse(clock, pauseMs)
    },
  }
}

async function storeRenewal(
  grants: Pick<GrantRecords, 'get' | 'putBack'>,
  report: JournalReplayDependencies['report'],
  renewal: SealedRefresh,
  schedule: Schedule,
): Promise<void> {
  const became = await grants.putBack(renewal, schedule)
  const grant = await grants.get(renewal.grant)
  if (grant && became === 'stored') report.restored(grant)
  if (grant && became === 'revived') report.recovered(grant)
  if (became !== 'absent') return
  const sentence = 'The database does not know this grant. Start Punctual once with the database that does.'
  throw new PunctualError('store_unavailable', sentence, { reason: 'another_database' })
}
