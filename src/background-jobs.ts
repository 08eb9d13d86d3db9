// What runs in the background between `start` and `stop`.

import type { Activity } from './activity/activity.ts'
import type { ApiCalls } from './api-calls.ts'
import type { Background } from './background.ts'
import type { Clock } from './core/clock.ts'
import type { Client } from './core/provider.ts'
import type { Retention } from './core/retention.ts'
import type { EscrowGuard } from './escrow.ts'
import type { Flow } from './flow/flow.ts'
import type { Keeper } from './keeper/keeper.ts'
import type { JournalReplay } from './keeper/replay-journal.ts'
import type { Destination } from './outbox/destination.ts'
import { createPrune, type PruneDependencies } from './retention.ts'
import type { LateScheduling } from './scheduling/late.ts'
import type { WebhookService } from './webhooks/webhooks.ts'

export interface JobsInit {
  readonly activity: Pick<Activity, 'flush' | 'keepBounded'>
  readonly clients: ReadonlyMap<string, Client>
  readonly keeper: Pick<Keeper, 'refreshDue'>
  readonly replay: Pick<JournalReplay, 'round'>
  /** `null`: there is no escrow. */
  readonly guard: Pick<EscrowGuard, 'ready' | 'round'> | null
  readonly webhooks: Pick<WebhookService, 'reconcile'>
  readonly flow: Pick<Flow, 'recover'>
  readonly calls: Pick<ApiCalls, 'forgetLimits'>
  readonly scheduling: Pick<LateScheduling, 'endChanges'>
  readonly store: PruneDependencies['store']
  readonly retention: Retention
  /** To which this process dispatches events. */
  readonly destinations: readonly Destination[]
  readonly clock: Pick<Clock, 'monotonic'>
}

export function addJobs(background: Background, init: JobsInit): void {
  const { activity, clients, keeper, replay, guard, webhooks, flow, calls, scheduling } = init
  const prune = createPrune({ ...init, stopping: background.stopping })
  background.every('replay the journal', replay.round)
  // A job for each client, so that one whose provider hangs delays no other's grants.
  for (const client of clients.values())
    background.every(`refresh due grants of ${client.id}`, () => keeper.refreshDue(client))
  background.every('reconcile webhooks', webhooks.reconcile)
  background.every('recover attempts', async () => {
    // It revokes what no connection uses, which an older row may still show as used, and the reverse.
    await guard?.ready()
    await flow.recover()
  })
  if (guard) background.every('keep the escrow small', guard.round)
  background.every('forget unused limits', calls.forgetLimits)
  background.every('end changes of bookings', scheduling.endChanges)
  background.every('write what was counted', activity.flush)
  background.every('keep each history within its number', activity.keepBounded)
  background.every('delete what has ended', prune)
}
