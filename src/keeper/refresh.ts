// Renews one grant. The only file that spends a refresh token, and only while it holds the grant's lease: two spenders
// of a single-use token end the grant. Between the answer and its being stored nothing runs.

import { createHash } from 'node:crypto'
import type { ErrorReasons } from '../core/errors.ts'
import type { GrantEnd } from '../core/grant.ts'
import type { Fetch } from '../core/http.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import { refresh as askForTokens } from '../oauth/refresh.ts'
import type { Grant, SealedRenewal } from '../records/grants.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { type KeepWarm, schedule } from './due.ts'
import type { Journal } from './journal.ts'
import { claimLease, giveBack, isLease, type Lease, type LeaseParts, leaseLength } from './lease.ts'
import { backoff, isLastingRefusal, paceOf, verdict } from './outcome.ts'

export interface RefreshParts extends LeaseParts {
  readonly pauses: CircuitBreaker
  readonly journal: Journal
  readonly fetch: Fetch
  readonly keepWarm: KeepWarm
  readonly report: RefreshReport
  /** Refused refresh tokens, by digest, that the store has not taken for refused. They are not presented again. */
  readonly refusals: Map<string, Grant>
}

/** What the refresh tells whoever reports events. */
export interface RefreshReport {
  renewed(grant: Grant): void
  journaled(grant: Grant, durable: boolean): void
  ended(grant: Grant, reason: GrantEnd): void
  /** A grant that had been declared over lives again. */
  recovered(grant: Grant): void
  away(grant: Grant, reason: ErrorReasons['provider_unavailable']): void
}

/** Where a grant stands after one try at renewing it. */
export type Step =
  /** A set newer than the one that was to be renewed. `issued`: just now, so that nobody can have tried it yet. */
  | { readonly kind: 'live'; readonly grant: Grant; readonly issued: boolean }
  | { readonly kind: 'over'; readonly reason: GrantEnd }
  | { readonly kind: 'gone' }
  /** Another try makes sense in `wait` ms. `leased`: somebody else is at it; `away`: the provider gave no answer that counts. */
  | {
      readonly kind: 'later'
      readonly why: 'leased' | 'away'
      readonly wait: number
      readonly reason: ErrorReasons['provider_unavailable']
    }
  /** The provider refuses the client: for all of its grants, or for this one. */
  | { readonly kind: 'paused'; readonly wait: number; readonly reason: string }

/**
 * A set that has just come is tried once, although its label says that it has ended: only the API knows whether it lives.
 * One that has ended for longer has waited for a process that was away.
 */
export function mayBeTried({ issued, grant }: Extract<Step, { kind: 'live' }>): boolean {
  return grant.remaining > (issued ? -60_000 : 0)
}

/**
 * Renews the grant that was read, unless somebody else has: presents its refresh token at most once, and only while it
 * is `wanted`.
 *
 * @throws {PunctualError} `store_unavailable` when the store cannot say who may renew; nothing has been presented then.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749, section 6}
 */
export async function refresh(parts: RefreshParts, client: Client, grant: Grant, wanted: () => boolean): Promise<Step> {
  if (parts.journal.holds(grant.id, grant.generation)) {
    return { kind: 'later', why: 'leased', wait: 500, reason: 'journaled' }
  }
  const { refreshToken } = grant.open()
  if (!refreshToken) return end(parts, grant, () => 'no_refresh_token')
  const refused = parts.refusals.get(digest(refreshToken))
  if (refused?.generation === grant.generation) return adjudicate(parts, refused)
  // A spare may be the very token that was refused before somebody reconnected.
  if (refused && grant.outcomeUnknown) return adjudicate(parts, grant)
  const hold = await parts.pauses.hold(client, grant)
  if (hold?.kind === 'paused') return { ...hold, kind: 'paused' }
  if (hold) return { kind: 'later', why: 'away', wait: Math.min(hold.wait, 500), reason: 'client_suspected' }

  const claim = await claimLease(parts, grant, digest(refreshToken), paceOf(client.provider))
  if (!isLease(claim)) {
    if (claim.why === 'moved') return standing(parts, grant)
    return { kind: 'later', why: claim.why === 'leased' ? 'leased' : 'away', wait: claim.wait, reason: claim.why }
  }
  // A set of the journal may have the generation of another one in the store: then it is the store's that was claimed.
  if (digestOf(claim.grant) !== digest(refreshToken)) {
    await giveBack(parts, grant, claim.owner)
    return { kind: 'later', why: 'away', wait: 1, reason: 'moved' }
  }
  const outcome = await present(parts, client, claim, refreshToken, wanted)
  if (outcome.kind === 'issued') {
    const answer = { ...outcome.answer, refreshToken: outcome.answer.refreshToken ?? refreshToken }
    return store(parts, client, claim, { ...outcome, answer })
  }
  if (outcome.kind === 'away' && outcome.reason === 'too_late') {
    await giveBack(parts, grant, claim.owner)
    return { kind: 'later', why: 'away', wait: 1000, reason: 'too_late' }
  }
  return settle(parts, client, claim, outcome)
}

/**
 * Sends the one request, if it can still leave while nobody else may. Its answer is listened for beyond the patience of
 * any caller, and as long as it can come the lease goes on.
 */
function present(
  parts: RefreshParts,
  client: Client,
  lease: Lease,
  refreshToken: Secret,
  wanted: () => boolean,
): Promise<TokenOutcome> {
  const { id, scopes } = lease.grant
  return askForTokens(parts, client, {
    refreshToken,
    scopes,
    mayLeave: () => lease.left() > 0 && wanted(),
    still: () => parts.track(parts.grants.extend(id, lease.owner, leaseLength).catch(() => {})),
  })
}

async function store(
  parts: RefreshParts,
  client: Client,
  lease: Lease,
  { answer, sentAt }: Extract<TokenOutcome, { kind: 'issued' }>,
): Promise<Step> {
  const { grant } = lease
  const renewal = parts.grants.seal(grant, answer, answer.scopes)
  const plan = schedule(parts, client.provider, answer, parts.clock.monotonic() - sentAt)
  const renewed = parts.grants.withRenewal(grant, renewal, plan.expiresInMs)
  let stored: boolean
  try {
    stored = await parts.grants.commit(renewal, plan)
    if (!stored) await keepBeside(parts, lease, renewal)
  } catch {
    const { durable } = await parts.journal.keep(renewed, renewal, plan)
    parts.report.journaled(renewed, durable)
    return { kind: 'live', grant: renewed, issued: true }
  }
  await parts.pauses.accept(client, grant).catch(() => {})
  if (!stored) return standing(parts, grant)
  parts.report.renewed(renewed)
  return { kind: 'live', grant: renewed, issued: true }
}

/**
 * Keeps a set that a newer one has overtaken: somebody has reconnected meanwhile. Where a refresh ends its siblings, ours
 * may be the only one that the provider honours; it is used at once if the other has already been refused.
 */
async function keepBeside(parts: RefreshParts, { grant, owner }: Lease, renewal: SealedRenewal): Promise<void> {
  if ((await parts.grants.keepFallback(renewal)) === 'revived') parts.report.recovered(grant)
  await giveBack(parts, grant, owner)
}

async function settle(
  parts: RefreshParts,
  client: Client,
  { grant, owner }: Lease,
  outcome: Exclude<TokenOutcome, { kind: 'issued' }>,
): Promise<Step> {
  const said = verdict(client.provider, outcome)
  const lasting = said.kind === 'away' && said.definite && isLastingRefusal(grant)
  if (said.kind === 'refused' || lasting) {
    // Whoever judges the token has taken the client: a paused one goes on, whatever becomes of this grant.
    if (!lasting) await parts.pauses.accept(client, grant).catch(() => {})
    const step = await adjudicate(parts, grant)
    if (step.kind === 'live') await parts.grants.forgetSpare(grant).catch(() => {})
    if (step.kind !== 'over') await giveBack(parts, grant, owner).catch(() => {})
    return step
  }
  const release = (harmless: boolean, retryIn: number, refused = false) =>
    parts.grants
      .release(grant.id, grant.generation, owner, { harmless, retryInMs: retryIn, failed: true, refused })
      .catch(() => {})
  if (said.kind === 'client') {
    const wait = backoff(parts.random, grant.failures, null)
    await release(true, wait)
    await parts.pauses.refuse(client, grant, said)
    return { kind: 'paused', wait, reason: said.reason }
  }
  if (said.kind !== 'away') throw new TypeError('an issued answer is stored, not settled')
  const wait = backoff(parts.random, grant.failures, said.retryAfterMs)
  await release(said.harmless, wait, said.definite)
  parts.report.away(grant, said.reason)
  return { kind: 'later', why: 'away', wait, reason: said.reason }
}

/** `invalid_grant` is a question: only a second look that finds nothing newer, and no spare, ends the grant. */
async function adjudicate(parts: RefreshParts, grant: Grant): Promise<Step> {
  const token = digestOf(grant)
  parts.refusals.set(token, grant)
  // Another process may have presented the same token since this one claimed it, and may have had no answer.
  const step = await end(parts, grant, (seen) =>
    grant.outcomeUnknown || seen.outcomeUnknown ? 'outcome_unknown' : 'refused',
  )
  if (step.kind !== 'live') parts.refusals.delete(token)
  return step
}

/** Ends the grant, unless something newer stands or a spare takes its place. */
async function end(parts: RefreshParts, grant: Grant, reasonFor: (seen: Grant) => GrantEnd): Promise<Step> {
  for (;;) {
    const seen = await look(parts, grant)
    if ('kind' in seen) return seen
    if (await parts.grants.useFallback(grant.id, grant.generation)) continue
    const reason = reasonFor(seen)
    if (await parts.grants.end(grant.id, grant.generation, reason)) {
      parts.report.ended(grant, reason)
      return { kind: 'over', reason }
    }
  }
}

/** Where the grant stands now; `later` when its set is still the one that was read. */
async function standing(parts: RefreshParts, read: Grant): Promise<Step> {
  const seen = await look(parts, read)
  return 'kind' in seen ? seen : { kind: 'later', why: 'leased', wait: 0, reason: 'leased' }
}

/** What has become of the grant, or the grant itself when its set is still the one that was read. */
async function look(parts: Pick<RefreshParts, 'grants' | 'journal'>, read: Grant): Promise<Step | Grant> {
  const held = parts.journal.newer(read.id, read.generation)
  const seen = held ?? (await parts.grants.get(read.id))
  if (!seen || seen.status === 'closing' || seen.status === 'closed') return { kind: 'gone' }
  if (seen.status === 'over') return { kind: 'over', reason: seen.reason ?? 'refused' }
  return seen.generation > read.generation ? { kind: 'live', grant: seen, issued: false } : seen
}

function digestOf(grant: Grant): string {
  const { refreshToken } = grant.open()
  return refreshToken ? digest(refreshToken) : ''
}

/** Tells one refresh token from another without holding either. */
function digest(token: Secret): string {
  return createHash('sha256').update(`intent\n${token.reveal()}`).digest('base64url').slice(0, 22)
}
