// Checks the subscriptions that are due, in the background and a few at a time. One that fails is checked again later
// and stops no other.

import type { Clock, Random } from '../core/clock.ts'
import { fewPerTurn, isStoreAway } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import { createSetAside, markAsReported } from '../core/set-aside.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { type Check, checkedStates } from './check.ts'
import { checkAfterOutageMs, hiddenWhileCheckedMs } from './check-times.ts'
import type { WebhookReport } from './report.ts'

const batchSize = 50
const concurrency = 4
/** Consecutive checks without an answer after which a provider's other subscriptions are postponed. */
const mostFailures = 3

export interface Reconciler {
  /** One round: checks all that is due. A call during a round joins it. */
  reconcile(): Promise<void>
  start(): void
  /** Begins no more checks until `start`. What is under way is finished. */
  stop(): void
}

export interface ReconcilerInit {
  readonly subscriptions: SubscriptionRecords
  readonly clock: Clock
  readonly random: Random
  readonly check: Check
  readonly report: Pick<WebhookReport, 'aside'>
}

export function createReconciler({ subscriptions, clock, random, check, report }: ReconcilerInit): Reconciler {
  const aside = createSetAside(clock, report.aside)
  const turn = fewPerTurn(concurrency)
  let round: Promise<void> | null = null
  let stopped = true

  async function checkDue(): Promise<void> {
    const failures = new Map<string, number>()
    for (let taken = batchSize; taken === batchSize && !stopped; ) {
      const due = await subscriptions.takeDue(batchSize, hiddenWhileCheckedMs)
      taken = due.length
      const errors: unknown[] = []
      const worker = async () => {
        for (let row = due.pop(); row; row = due.pop()) {
          await checkIsolated(row, failures).catch((error: unknown) => errors.push(error))
          await turn()
        }
      }
      await Promise.all(Array.from({ length: concurrency }, worker))
      // While the store is away, no more rows can be claimed. The claimed rows become due again.
      if (errors.length > 0) throw errors[0]
    }
  }

  /** A failing subscription is left alone by this process for growing times, and stops no other. */
  async function checkIsolated(row: Subscription, failures: Map<string, number>): Promise<void> {
    const name = `The webhook subscription ${row.id}`
    if (aside.has(name)) return
    try {
      await checkUnlessPostponed(row, failures)
      aside.delete(name)
    } catch (error) {
      if (isStoreAway(error)) throw error
      aside.add(name, error)
      const detail = error instanceof PunctualError ? error.message : 'It could not be checked.'
      await subscriptions.update(row.id, checkedStates, { detail }).catch(markAsReported)
    }
  }

  /** A provider that does not answer must not keep the subscriptions at other providers waiting. */
  async function checkUnlessPostponed(row: Subscription, failures: Map<string, number>): Promise<void> {
    const count = failures.get(row.client) ?? 0
    // A claimed row that is not checked now is due at once for another process.
    if (stopped) await postpone(row, 0)
    else if (count >= mostFailures) await postpone(row, checkAfterOutageMs(random))
    else failures.set(row.client, (await check(row.id)) ? 0 : count + 1)
  }

  async function postpone({ id, state, detail }: Subscription, checkInMs: number): Promise<void> {
    await subscriptions.update(id, [state], { detail, checkInMs })
  }

  return {
    reconcile() {
      round ??= checkDue().finally(() => {
        round = null
      })
      return round
    },
    start() {
      stopped = false
    },
    stop() {
      stopped = true
    },
  }
}
