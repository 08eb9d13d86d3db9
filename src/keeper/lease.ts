// The lease on a grant's row, judged by the store's clock. It saves work; the generation's fence keeps the truth.

import type { Grant, Grants } from '../connections/grants.ts'
import type { Clock, Random } from '../core/clock.ts'
import { randomId } from '../core/clock.ts'
import type { Pace } from '../core/store.ts'

/** Milliseconds for a token request, head and body. Shorter than the lease, and counted from before the claim. */
export const requestDeadline = 20_000
export const leaseLength = 30_000

export interface Lease {
  readonly grant: Grant
  readonly owner: string
  /** Milliseconds left for the request. A claim that was slow to answer has less. */
  left(): number
}

/** Why a claim was not given, and in how many ms another try makes sense. */
export interface Busy {
  readonly why: 'leased' | 'cooling' | 'moved'
  readonly wait: number
}

/** Takes the lease and writes the intent to present that refresh token, in one statement. */
export async function claimLease(
  parts: { readonly grants: Grants; readonly clock: Clock; readonly random: Random },
  grant: Grant,
  intent: string,
  pace: Pace,
): Promise<Lease | Busy> {
  const owner = randomId(parts.random, 'lease')
  const asked = parts.clock.now()
  const claimed = await parts.grants.claim(grant.id, grant.generation, { owner, lease: leaseLength, intent, pace })
  if (claimed) return { grant: claimed, owner, left: () => requestDeadline - (parts.clock.now() - asked) }
  const seen = await parts.grants.get(grant.id)
  if (!seen || seen.generation !== grant.generation || seen.status !== 'live') return { why: 'moved', wait: 0 }
  if (seen.leaseOwner && seen.leaseUntil > seen.readAt) return { why: 'leased', wait: seen.leaseUntil - seen.readAt }
  const free = Math.max(seen.retryAt, seen.pacedAt - (pace.burst - 1) * pace.interval)
  return { why: 'cooling', wait: Math.max(1, free - seen.readAt) }
}

/** Waits `ms` for the next look at a grant that another has leased, or less if the store hints that it has changed. */
export async function untilHint(
  { grants, clock }: { readonly grants: Grants; readonly clock: Clock },
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
