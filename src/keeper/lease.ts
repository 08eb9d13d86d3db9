// The lease on a grant's row, judged by the store's clock. The lease keeps two processes from presenting one refresh token;
// the generation's fence keeps an older token set from overwriting a newer one.

import type { Clock, Random } from '../core/clock.ts'
import { randomId } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Pace } from '../core/store/grants.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import { believedTime } from '../core/store/wrong-clock.ts'
import { tokenRequestDeadlineMs } from '../oauth/transport.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'

/** Longer than the deadline of a token request, so that no other process can have the lease when the request leaves. */
const leaseMs: number = longestSpans.lease

export interface Lease {
  readonly grant: Grant
  readonly owner: string
  /**
   * Returns the milliseconds in which the request may still leave. They count from before the claim. They also pass
   * while this process is blocked or suspended: of its clocks, the one that has counted more decides.
   */
  leftMs(): number
}

/** Why a claim was not given, and in how many milliseconds another try makes sense. */
export interface ClaimRefused {
  readonly why: 'leased' | 'cooling' | 'moved'
  readonly waitMs: number
}

export interface Leases {
  /** Takes the lease and writes the intent to present that refresh token, in one statement. */
  claim(grant: Grant, intent: string, pace: Pace): Promise<Lease | ClaimRefused>
  /** Lets the lease run for its whole length from now, if it has not ended. */
  extend(lease: Lease): Promise<unknown>
  /** Ends the lease of a presentation that left nothing open. */
  giveBack(grant: Pick<Grant, 'id' | 'generation'>, owner: string): Promise<boolean>
}

export interface LeaseDependencies {
  readonly grants: Pick<GrantRecords, 'claim' | 'extend' | 'get' | 'release'>
  readonly clock: Clock
  readonly random: Random
  /** Keeps work that no caller waits for in sight of `stop`. */
  readonly track: (work: Promise<unknown>) => void
}

export function createLeases({ grants, clock, random, track }: LeaseDependencies): Leases {
  function giveBack({ id, generation }: Pick<Grant, 'id' | 'generation'>, owner: string): Promise<boolean> {
    return grants.release(id, generation, owner, { harmless: true, retryInMs: 0, failed: false })
  }

  /** If the store did not respond to a claim, the claim may have succeeded, or may still succeed. The lease is released then. */
  async function releaseUnconfirmed(grant: Grant, owner: string): Promise<void> {
    for (let pauseMs = 500; pauseMs <= 4000; pauseMs *= 2) {
      if (await giveBack(grant, owner).catch(() => false)) return
      await clock.sleep(pauseMs)
    }
  }

  return {
    giveBack,
    extend: ({ grant, owner }) => grants.extend(grant.id, owner, leaseMs),
    async claim(grant, intent, pace) {
      const owner = randomId(random, 'lease')
      const asked = { monotonic: clock.monotonic(), wall: clock.now() }
      const passedMs = () => Math.max(clock.monotonic() - asked.monotonic, clock.now() - asked.wall)
      const claimed = await grants
        .claim(grant.id, grant.generation, { owner, leaseMs, intent, pace }, isAbandoned(grant))
        .catch((error: unknown) => {
          // What the store has refused for good it has not done.
          if (!(error instanceof PunctualError) || error.retryable) track(releaseUnconfirmed(grant, owner))
          throw error
        })
      if (claimed) return { grant: claimed, owner, leftMs: () => tokenRequestDeadlineMs - passedMs() }
      const seen = await grants.get(grant.id)
      if (!seen || seen.generation !== grant.generation || seen.status !== 'live') return { why: 'moved', waitMs: 0 }
      if (seen.leaseLeftMs > 0) return { why: 'leased', waitMs: seen.leaseLeftMs }
      const pacedInMs = believedTime(seen.pacedInMs, 0, pace.burst * pace.intervalMs)
      const freeInMs = Math.max(seen.retryAt - seen.readAt, pacedInMs - (pace.burst - 1) * pace.intervalMs)
      return { why: 'cooling', waitMs: Math.min(Math.max(1, freeInMs), longestSpans.retry) }
    },
  }
}

/** Whether a process had the lease and never gave it back. */
function isAbandoned({ leaseOwner, leaseLeftMs }: Grant): boolean {
  return leaseOwner !== null && leaseLeftMs <= 0
}

/** Waits `ms` for the next look at a grant that another process has leased, or less if the store hints that it has changed. */
export async function untilChanged(
  { grants, clock }: { readonly grants: Pick<GrantRecords, 'changed'>; readonly clock: Clock },
  id: string,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!grants.changed) return clock.sleep(ms, signal)
  const done = new AbortController()
  const hint = grants.changed(id, done.signal)
  const poll = clock.sleep(ms, signal ? AbortSignal.any([signal, done.signal]) : done.signal)
  await Promise.race([poll, hint]).finally(() => done.abort('done'))
}

export function isLease(claim: Lease | ClaimRefused): claim is Lease {
  return 'owner' in claim
}
