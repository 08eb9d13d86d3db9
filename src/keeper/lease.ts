// The lease on a grant's row, judged by the store's clock. It saves work; the generation's fence keeps the truth.

import type { Clock, Random } from '../core/clock.ts'
import { randomId } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Pace } from '../core/store/grants.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'

/**
 * Ms from the claim within which the token request must have left. Shorter than the lease, so that nobody else can have
 * it when it leaves.
 */
export const departureDeadline = 20_000
export const leaseLength: number = longestSpans.lease

export interface Lease {
  readonly grant: Grant
  readonly owner: string
  /**
   * Ms in which the request may still leave. They count from before the claim; while this process was blocked or suspended
   * they went on, by whichever of its clocks saw more of that.
   */
  left(): number
}

/** Why a claim was not given, and in how many ms another try makes sense. */
export interface Busy {
  readonly why: 'leased' | 'cooling' | 'moved'
  readonly wait: number
}

export interface LeaseParts {
  readonly grants: GrantRecords
  readonly clock: Clock
  readonly random: Random
  /** Keeps work that nobody waits for in sight of `stop`. */
  readonly track: (work: Promise<unknown>) => void
}

/** Takes the lease and writes the intent to present that refresh token, in one statement. */
export async function claimLease(parts: LeaseParts, grant: Grant, intent: string, pace: Pace): Promise<Lease | Busy> {
  const { grants, clock } = parts
  const owner = randomId(parts.random, 'lease')
  const asked = { monotonic: clock.monotonic(), wall: clock.now() }
  const passed = () => Math.max(clock.monotonic() - asked.monotonic, clock.now() - asked.wall)
  const claim = { owner, leaseMs: leaseLength, intent, pace }
  const claimed = await grants.claim(grant.id, grant.generation, claim).catch((error: unknown) => {
    // What the store has refused for good it has not done.
    if (!(error instanceof PunctualError) || error.retryable) parts.track(takeBack(parts, grant, owner))
    throw error
  })
  if (claimed) return { grant: claimed, owner, left: () => departureDeadline - passed() }
  const seen = await grants.get(grant.id)
  if (!seen || seen.generation !== grant.generation || seen.status !== 'live') return { why: 'moved', wait: 0 }
  if (seen.leaseLeftMs > 0) return { why: 'leased', wait: seen.leaseLeftMs }
  const free = Math.max(seen.retryAt, seen.pacedAt - (pace.burst - 1) * pace.intervalMs)
  return { why: 'cooling', wait: Math.min(Math.max(1, free - seen.readAt), longestSpans.retry) }
}

/** Ends the lease of a presentation that left nothing open. */
export function giveBack(
  { grants }: Pick<LeaseParts, 'grants'>,
  grant: Pick<Grant, 'id' | 'generation'>,
  owner: string,
): Promise<boolean> {
  return grants.release(grant.id, grant.generation, owner, { harmless: true, retryInMs: 0, failed: false })
}

/** A claim whose answer never came may have been given, or may still be: then nobody has that lease, and it goes back. */
async function takeBack(parts: LeaseParts, grant: Grant, owner: string): Promise<void> {
  for (let pause = 500; pause <= 4000; pause *= 2) {
    if (await giveBack(parts, grant, owner).catch(() => false)) return
    await parts.clock.sleep(pause)
  }
}

/** Waits `ms` for the next look at a grant that another has leased, or less if the store hints that it has changed. */
export async function untilHint(
  { grants, clock }: { readonly grants: GrantRecords; readonly clock: Clock },
  id: string,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!grants.changed) return clock.sleep(ms, signal)
  const over = new AbortController()
  const hint = grants.changed(id, over.signal)
  const poll = clock.sleep(ms, signal ? AbortSignal.any([signal, over.signal]) : over.signal)
  await Promise.race([poll, hint]).finally(() => over.abort())
}

export function isLease(claim: Lease | Busy): claim is Lease {
  return 'owner' in claim
}
