// Takes a change with its key from a caller: returns what came of it before, or claims the key and carries it on.

import type { ApiCaller } from '../core/calls.ts'
import type { Clock } from '../core/clock.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingKeyRow, BookingVerb } from '../core/store/booking-keys.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'
import type { BookingKey, BookingKeyRecords } from '../records/booking-keys.ts'
import type { ChangeKey } from './booking-key.ts'
import type { Outcome } from './change.ts'
import { type HeldKey, heldElsewhere, heldKey, leaseMs, momentOf } from './held-key.ts'
import { anotherRequest, keptRefusal, refusalOf, unsent } from './key-errors.ts'
import { leaveToBackground, proceed } from './once.ts'
import { withOptions } from './options.ts'
import { kept, type Plan, stepsOf } from './plan.ts'
import { createSharedRuns } from './shared-runs.ts'
import type { Target } from './target.ts'

export interface KeyedChange {
  readonly verb: BookingVerb
  readonly key: ChangeKey
  /** What makes it another request. */
  readonly requestDigest: string
  readonly options: VerbOptions
  /** Checks the request and plans the change. Called only if the key is new. `known`: the booking that is changed. */
  prepare(options: VerbOptions): Promise<{ readonly plan: Plan; readonly known?: ProviderBooking }>
}

export interface KeyedChanges {
  /**
   * @throws {PunctualError} `invalid_argument` for a key of another request; what `prepare` throws; `store_unavailable`;
   *   `provider_unavailable`, reason `leased`, while another process works on it.
   */
  run(target: Target, place: string, change: KeyedChange): Promise<Outcome>
}

export interface KeyedChangesDependencies {
  readonly keys: BookingKeyRecords
  readonly links: Pick<BookingLinkStore, 'put'>
  readonly clock: Clock
  /** Makes `stop` wait for a caller's work. */
  readonly follow: <Result>(work: Promise<Result>) => Promise<Result>
}

const usualDeadlineMs = 30_000
const longestPollMs = 1000
/** A claim that is older is one of a slow request, or of a process that has died: nobody waits for it. */
const waitedForClaimMs = 10_000

export function createKeyedChanges(dependencies: KeyedChangesDependencies): KeyedChanges {
  const { keys, links, clock, follow } = dependencies
  const runs = createSharedRuns()

  async function run(target: Target, place: string, change: KeyedChange, stop: AbortSignal): Promise<Outcome> {
    const { verb, key, requestDigest, options, prepare } = change
    const { connection } = target
    const row = await keys.get(connection, key.digest)
    // A key under which nothing was sent may be taken for another request.
    const known = row?.step === null && row.state === 'begun' ? null : row
    const before = known && settled(place, change, known)
    if (before) return before
    const prepared =
      (known && keptPlan(known)) ??
      (await prepare({ ...options, signal: stop }).catch((error: unknown) => {
        // Of a row that does not open, a request may have left before.
        throw known ? error : unsent(place, error)
      }))
    const request = JSON.stringify(prepared.plan)
    const claimed = await claim(place, change, { connection, key: key.digest, verb, requestDigest, request }, stop)
    if (!('held' in claimed)) return claimed
    const { held } = claimed
    const steps = stepsOf({ target, links }, prepared.plan, held.row.step === null ? (prepared.known ?? null) : null)
    const callers = callersOf(target.api, options, stop)
    const proceeded = await proceed(held, steps, {
      ...callers,
      limits: options,
      maySend: true,
      ...kept(prepared.plan),
      stop,
      leaveOpen: leaveToBackground,
    })
    const outcome = (isOpen(proceeded) && (await endedElsewhere(place, change, connection))) || proceeded
    if (outcome.kind !== 'refused' || key.isDerived) return outcome
    return { kind: 'refused', error: refusalOf(place, outcome.error.reason, outcome.error) }
  }

  /**
   * A process that is suspended may lose the claim to another process, which ends the change: what that one told is told here too.
   * `null`: nobody has ended it, or this cannot be known now.
   */
  async function endedElsewhere(place: string, change: KeyedChange, connection: string): Promise<Outcome | null> {
    const row = await keys.get(connection, change.key.digest).catch(() => null)
    const isSame = row?.verb === change.verb && row.requestDigest === change.requestDigest
    return row && isSame ? settled(place, change, row) : null
  }

  /**
   * Claims the key. Waits for another process that works on it, until its claim is ten seconds old, and for no longer than
   * a call may take. What the claim still lasts is when to ask again at the latest: the process may have died.
   */
  async function claim(
    place: string,
    change: KeyedChange,
    key: Parameters<BookingKeyRecords['claim']>[0],
    stop: AbortSignal,
  ): Promise<Outcome | { readonly held: HeldKey }> {
    const began = clock.monotonic()
    for (let pollMs = 100; ; pollMs = Math.min(longestPollMs, pollMs * 2)) {
      const asked = momentOf(clock)
      const { row, isMine } = await keys.claim(key, leaseMs)
      if (isMine) return { held: heldKey({ keys, clock }, row, asked) }
      const outcome = settled(place, change, row)
      if (outcome) return outcome
      const claimLeftMs = row.leasedUntil - row.readAt
      const callLeftMs = (change.options.deadlineMs ?? usualDeadlineMs) - (clock.monotonic() - began)
      const leftMs = Math.min(callLeftMs, waitedForClaimMs - (leaseMs - claimLeftMs))
      if (leftMs <= pollMs) throw heldElsewhere(Math.max(1000, claimLeftMs))
      await clock.sleep(pollMs, stop)
    }
  }

  return {
    run: (target, place, change) =>
      runs.join(
        place,
        {
          key: `${target.connection} ${change.key.digest}`,
          request: `${change.verb} ${change.requestDigest}`,
          signal: change.options.signal,
        },
        (stop) => follow(run(target, place, change, stop)),
      ),
  }
}

/** Whether the change may have gone on since. */
function isOpen({ kind }: Outcome): boolean {
  return kind === 'pending' || kind === 'doubt' || kind === 'unsent'
}

/** The plan that the row keeps; `null` if it cannot be opened: the caller has the request, too. */
function keptPlan(row: BookingKey): { readonly plan: Plan; readonly known?: ProviderBooking } | null {
  try {
    return { plan: JSON.parse(row.request()) as Plan }
  } catch {
    return null
  }
}

/**
 * What came of the change, if its key is settled.
 *
 * @throws {PunctualError} `invalid_argument` for a row of another request.
 */
function settled(
  place: string,
  { verb, requestDigest }: KeyedChange,
  row: Omit<BookingKeyRow, 'request'>,
): Outcome | null {
  if (row.verb !== verb || row.requestDigest !== requestDigest) throw anotherRequest(place)
  if (row.state === 'done') return { kind: 'done', booking: row.booking ?? '', seen: new Map() }
  return row.state === 'refused' ? { kind: 'refused', error: keptRefusal(place, row.reason) } : null
}

/** A request that has left is heard to its end; all others end when nobody waits for them. */
export function callersOf(
  api: ApiCaller,
  { signal: _, ...options }: VerbOptions,
  stop: AbortSignal,
): { readonly changing: ApiCaller; readonly reading: ApiCaller } {
  return { changing: withOptions(api, options), reading: withOptions(api, { ...options, signal: stop }) }
}
