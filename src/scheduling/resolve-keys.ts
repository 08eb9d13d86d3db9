// Ends the changes that nobody asks about any more: their process has died, or the answer to their request was lost. Looks at
// the provider at growing distances, goes on with what is half done, and after an hour names the doubt.

import type { Clock } from '../core/clock.ts'
import { fewPerTurn, isStoreAway } from '../core/each.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { BookingKeyChange } from '../core/store/booking-keys.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingKey, BookingKeyRecords } from '../records/booking-keys.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { Doubt, OpenOutcome } from './change.ts'
import { type HeldKey, heldKey, leaseMs, momentOf } from './held-key.ts'
import { doubtUntilMended } from './key-errors.ts'
import { callersOf } from './keyed-changes.ts'
import { firstCheckMs, proceed } from './once.ts'
import { kept, type Plan, stepsOf } from './plan.ts'
import type { Target } from './target.ts'

const batchSize = 20
const concurrency = 4
const lookDeadlineMs = 12_000
/** For how long after the last request it is looked for. */
const keepLookingMs = 3_600_000
const longestCheckMs = 1_200_000

export interface ResolveKeysDependencies {
  readonly keys: BookingKeyRecords
  readonly links: Pick<BookingLinkRecords, 'put'>
  readonly connections: { get(id: string): Promise<ConnectionRow | null> }
  /** `null`: its client is not configured, or its provider has no scheduling. */
  readonly targetOf: (row: ConnectionRow) => Target | null
  readonly clock: Clock
  readonly aside: SetAside
  readonly stopping: () => AbortSignal
}

/** Returns a job: one round ends all that is due. */
export function createResolveKeys(dependencies: ResolveKeysDependencies): () => Promise<void> {
  const { keys, clock, aside, stopping } = dependencies
  const turn = fewPerTurn(concurrency)

  /** A row that fails is left alone by this process for growing times, and stops no other. */
  async function resolveIsolated(held: HeldKey): Promise<void> {
    const { row } = held
    const name = `The booking key ${row.key.slice(0, 12)} of ${row.connection}`
    try {
      if (aside.has(name)) return
      await resolve(dependencies, held, name)
    } catch (error) {
      if (isStoreAway(error)) throw error
      aside.add(name, error)
    }
  }

  return async () => {
    for (let taken = batchSize; taken === batchSize && !stopping().aborted; ) {
      const asked = momentOf(clock)
      const due = (await keys.takeDue(batchSize, leaseMs)).map((row) => heldKey({ keys, clock }, row, asked))
      taken = due.length
      const errors: unknown[] = []
      const worker = async () => {
        for (let held = due.pop(); held; held = due.pop()) {
          await resolveIsolated(held).catch((error: unknown) => errors.push(error))
          await turn()
        }
      }
      await Promise.all(Array.from({ length: concurrency }, worker))
      // While the store is away, no more rows can be claimed. The claimed rows become due again.
      if (errors.length > 0) throw errors[0]
    }
  }
}

async function resolve(dependencies: ResolveKeysDependencies, held: HeldKey, name: string): Promise<void> {
  const { links, connections, targetOf, aside, stopping } = dependencies
  const { row } = held
  if (row.step === null) return void (await held.free())
  const connection = await connections.get(row.connection)
  if (!connection || connection.status === 'disconnected') return end(held, 'disconnected')
  const target = targetOf(connection)
  if (!target) return leave(held, 'unknown_client')
  const plan = planOf(held)
  if (!plan.isRead) {
    aside.add(name, plan.error)
    return leave(held, 'unreadable')
  }
  const options = { background: true, deadlineMs: lookDeadlineMs }
  await proceed(held, stepsOf({ target, links }, plan.plan, null), {
    ...callersOf(target.api, options, stopping()),
    limits: options,
    maySend: false,
    ...kept(plan.plan),
    stop: stopping(),
    leaveOpen: (_, outcome) => nextLook(held, doubtAfter(outcome)),
  })
  aside.delete(name)
}

async function end(held: HeldKey, doubt: Doubt): Promise<void> {
  await held.update({ state: 'unknown', reason: doubt, release: true })
}

async function leave(held: HeldKey, doubt: Doubt): Promise<void> {
  await held.update({ ...nextLook(held, doubt), release: true })
}

/** Looks again after as long as it has been looked for, or says in an hour that nobody knows. */
function nextLook({ row }: HeldKey, doubt: Doubt): BookingKeyChange {
  // A clock that was set may make it negative. Then it ends, too.
  const ageMs = Math.abs(row.readAt - (row.sentAt ?? row.createdAt))
  if (ageMs >= keepLookingMs || row.state === 'unknown') return { state: 'unknown', reason: doubt }
  return { checkInMs: Math.min(Math.max(ageMs, firstCheckMs), longestCheckMs) }
}

/** Why it is still not known. */
function doubtAfter({ booking, step, ...outcome }: OpenOutcome): Doubt {
  if (booking !== null && step === 'cancelling') return 'not_cancelled'
  const { error } = outcome
  if (error === undefined || error === null) return 'not_found'
  return doubtUntilMended(error) ?? 'not_told'
}

type ReadPlan = { readonly isRead: true; readonly plan: Plan } | { readonly isRead: false; readonly error: unknown }

function planOf({ row }: { readonly row: BookingKey }): ReadPlan {
  try {
    return { isRead: true, plan: JSON.parse(row.request()) as Plan }
  } catch (error) {
    return { isRead: false, error }
  }
}
