// Refreshes one grant. The only file that presents a refresh token, and only while it holds the grant's lease:
// presenting a single-use token twice ends the grant. Nothing runs between the answer and its being stored.

import type { Clock } from '../core/clock.ts'
import type { ErrorReasons } from '../core/errors.ts'
import type { Client, Provider } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import { refresh as requestTokens } from '../oauth/refresh.ts'
import type { Transport } from '../oauth/transport.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import { afterwards, type Schedule, type SealedRefresh } from '../records/refreshed-set.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { GrantEnding } from './end-grant.ts'
import type { EscrowGuard } from './escrow-guard.ts'
import type { FailRefresh } from './fail-refresh.ts'
import type { Journal } from './journal.ts'
import { isLease, type Lease, type Leases } from './lease.ts'
import { paceOf } from './pace.ts'
import type { RefreshReport, RefreshResult } from './refresh-result.ts'
import type { StoredGenerations } from './stored-generations.ts'
import { digest, digestOf } from './token-digest.ts'

/**
 * Refreshes the grant that was read, unless another process has: presents its refresh token at most once, and only
 * while `isWanted`.
 *
 * @throws {PunctualError} `store_unavailable` when the store cannot say who may refresh; nothing has been presented then.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749, section 6}
 */
export type Refresh = (client: Client, grant: Grant, isWanted: () => boolean) => Promise<RefreshResult>

export interface RefreshDependencies {
  readonly leases: Leases
  readonly journal: Pick<Journal, 'holds'>
  /** `null`: there is no escrow. */
  readonly guard: Pick<EscrowGuard, 'isBehind' | 'heal'> | null
  readonly generations: Pick<StoredGenerations, 'isPast'>
  readonly report: Pick<RefreshReport, 'wentBack'>
  readonly circuitBreaker: Pick<CircuitBreaker, 'check'>
  readonly grantEnding: GrantEnding
  readonly transport: Transport
  readonly storeAnswer: StoreAnswer
  readonly failRefresh: FailRefresh
  readonly track: (work: Promise<unknown>) => void
}

export function createRefresh(dependencies: RefreshDependencies): Refresh {
  const { leases, journal, guard, generations, circuitBreaker, grantEnding, report } = dependencies
  const { transport, storeAnswer, failRefresh, track } = dependencies

  return async (client, grant, isWanted) => {
    if (journal.holds(grant.id, grant.generation)) return later('leased', 500, 'journaled')
    const { refreshToken } = grant.open()
    if (!refreshToken) return grantEnding.end(grant, () => 'no_refresh_token')
    const intent = digest(refreshToken)
    const refused = grantEnding.afterKnownRefusal(grant, intent)
    if (refused) return refused
    const block = await circuitBreaker.check(client, grant)
    if (block?.kind === 'open') return { kind: 'client_refused', waitMs: block.waitMs, reason: block.reason }
    if (block) return later('away', Math.min(block.waitMs, 500), 'client_suspected')

    const claim = await leases.claim(grant, intent, paceOf(client.provider))
    if (!isLease(claim)) {
      if (claim.why === 'moved') return grantEnding.standing(grant)
      return later(claim.why === 'leased' ? 'leased' : 'away', claim.waitMs, claim.why)
    }
    // A set of the journal may have the generation of another one in the store: then it is the store's that was
    // claimed.
    if (claim.grant.sealed !== grant.sealed && digestOf(claim.grant) !== intent) {
      await leases.giveBack(grant, claim.owner)
      return later('away', 1, 'moved')
    }
    // Under the lease: nobody is about to store the later set, so the row is older than the store was.
    if (guard && (await guard.isBehind(claim.grant))) {
      await leases.giveBack(grant, claim.owner)
      await guard.heal()
      return later('leased', 1, 'moved')
    }
    if (generations.isPast(claim.grant)) report.wentBack()
    const outcome = await present(client, claim, refreshToken, isWanted)
    if (outcome.kind === 'issued') {
      const answer = { ...outcome.answer, refreshToken: outcome.answer.refreshToken ?? refreshToken }
      return storeAnswer(client, claim, { ...outcome, answer })
    }
    if (outcome.kind === 'away' && outcome.reason === 'too_late') {
      await leases.giveBack(grant, claim.owner)
      return later('away', 1000, 'too_late')
    }
    return failRefresh(client, claim, outcome)
  }

  /**
   * Sends the one request, if it can still leave before another process may claim the lease. Waits for its answer
   * beyond the deadline of any caller, and extends the lease as long as the answer can come.
   */
  function present(client: Client, lease: Lease, refreshToken: Secret, isWanted: () => boolean): Promise<TokenOutcome> {
    return requestTokens(transport, client, {
      refreshToken,
      scopes: lease.grant.scopes,
      mayLeave: () => lease.leftMs() > 0 && isWanted(),
      still: () => track(leases.extend(lease).catch(() => {})),
    })
  }
}

function later(why: 'leased' | 'away', waitMs: number, reason: ErrorReasons['provider_unavailable']): RefreshResult {
  return { kind: 'later', why, waitMs, reason }
}

/** Stores the token set of an answer at once: in the store by the generation's fence, or else in the journal. */
export type StoreAnswer = (
  client: Client,
  lease: Lease,
  outcome: Extract<TokenOutcome, { kind: 'issued' }>,
) => Promise<RefreshResult>

export interface StoreAnswerDependencies {
  readonly grants: Pick<GrantRecords, 'commit' | 'keepFallback' | 'seal' | 'withRefresh'>
  readonly journal: Pick<Journal, 'keep'>
  /** When a set that was asked for `elapsedMs` ago ends and falls due. */
  readonly schedule: (provider: Provider, answer: TokenAnswer, elapsedMs: number) => Schedule
  readonly clock: Pick<Clock, 'monotonic'>
  readonly leases: Pick<Leases, 'giveBack'>
  readonly circuitBreaker: Pick<CircuitBreaker, 'accept'>
  readonly grantEnding: Pick<GrantEnding, 'standing'>
  readonly generations: Pick<StoredGenerations, 'note'>
  readonly report: Pick<RefreshReport, 'journaled' | 'recovered' | 'refreshed'>
}

export function createStoreAnswer(dependencies: StoreAnswerDependencies): StoreAnswer {
  const { grants, journal, schedule, clock, leases, circuitBreaker, grantEnding, generations, report } = dependencies

  return async (client, lease, { answer, sentAt }) => {
    const { grant } = lease
    const renewal = grants.seal(grant, answer, answer.scopes)
    const plannedAt = clock.monotonic()
    const plan = schedule(client.provider, answer, plannedAt - sentAt)
    const refreshed = grants.withRefresh(grant, renewal, plan)
    let isStored: boolean
    try {
      isStored = await grants.commit(renewal, plan)
      if (!isStored) await keepBeside(lease, renewal)
    } catch {
      // The store may have taken its time to fail, or this process was suspended meanwhile.
      const at = clock.monotonic()
      const left = afterwards(plan, at - plannedAt)
      const kept = grants.withRefresh(grant, renewal, left)
      const { durable } = await journal.keep(kept, renewal, left)
      report.journaled(kept, durable)
      return { kind: 'live', grant: kept, issued: true, at }
    }
    await circuitBreaker.accept(client, grant).catch(() => {})
    if (!isStored) return grantEnding.standing(grant)
    generations.note(refreshed)
    report.refreshed(refreshed)
    return { kind: 'live', grant: refreshed, issued: true, at: plannedAt }
  }

  /**
   * Keeps a set that a newer one has overtaken: a person has reconnected meanwhile. Where a refresh ends its siblings,
   * ours may be the only one that the provider honours; it is used at once if the other has already been refused.
   */
  async function keepBeside({ grant, owner }: Lease, renewal: SealedRefresh): Promise<void> {
    if ((await grants.keepFallback(renewal)) === 'revived') report.recovered(grant)
    await leases.giveBack(grant, owner)
  }
}
