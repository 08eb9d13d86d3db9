// What follows from a refresh that brought no tokens: a second look, a circuit breaker, or a back-off.

import type { Random } from '../core/clock.ts'
import type { Client } from '../core/provider.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import type { GrantRecords } from '../records/grants.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { classify, isLastingRefusal } from './classify.ts'
import type { GrantEnding } from './end-grant.ts'
import type { Lease, Leases } from './lease.ts'
import { backoffMs } from './pace.ts'
import type { RefreshReport, RefreshResult } from './refresh-result.ts'

export type FailRefresh = (
  client: Client,
  lease: Lease,
  outcome: Exclude<TokenOutcome, { kind: 'issued' }>,
) => Promise<RefreshResult>

export interface FailRefreshDependencies {
  readonly grants: Pick<GrantRecords, 'release'>
  readonly random: Random
  readonly leases: Pick<Leases, 'giveBack'>
  readonly circuitBreaker: Pick<CircuitBreaker, 'accept' | 'refuse'>
  readonly grantEnding: Pick<GrantEnding, 'afterRefusal'>
  readonly report: Pick<RefreshReport, 'away'>
}

interface ReleaseOfFailure {
  readonly harmless: boolean
  readonly retryInMs: number
  readonly refused: boolean
  /** Why the refresh has failed, for the history. */
  readonly reason: string
}

export function createFailRefresh(dependencies: FailRefreshDependencies): FailRefresh {
  const { grants, random, leases, circuitBreaker, grantEnding, report } = dependencies

  return async (client, lease, outcome) => {
    const { grant } = lease
    const failure = classify(client.provider, outcome)
    if (failure.kind === 'refused') {
      // A provider that refuses the token has accepted the client. So the circuit closes, even if this grant ends.
      await circuitBreaker.accept(client, grant).catch(() => {})
      return refused(lease)
    }
    if (failure.kind === 'client') {
      const waitMs = backoffMs(random, grant.failures, null)
      await release(lease, { harmless: true, retryInMs: waitMs, refused: false, reason: failure.reason })
      await circuitBreaker.refuse(client, grant, failure)
      return { kind: 'client_refused', waitMs, reason: failure.reason }
    }
    if (failure.definite && isLastingRefusal(grant)) return refused(lease)
    const waitMs = backoffMs(random, grant.failures, failure.retryAfterMs)
    const { harmless, definite, reason } = failure
    await release(lease, { harmless, retryInMs: waitMs, refused: definite, reason })
    report.away(grant, failure.reason)
    return { kind: 'later', why: 'away', waitMs, reason: failure.reason }
  }

  async function refused({ grant, owner }: Lease): Promise<RefreshResult> {
    const result = await grantEnding.afterRefusal(grant)
    if (result.kind !== 'over') await leases.giveBack(grant, owner).catch(() => {})
    return result
  }

  function release({ grant, owner }: Lease, { reason, ...how }: ReleaseOfFailure): Promise<unknown> {
    return grants.release(grant.id, grant.generation, owner, { ...how, failed: true }, reason).catch(() => {})
  }
}
