// Renews one grant. The only file that spends a refresh token, and only while it holds the grant's lease: two spenders
// of a single-use token end the grant. Between the answer and its being stored nothing runs.

import { createHash } from 'node:crypto'

import type { Grant, Grants, SealedRenewal } from '../connections/grants.ts'
import type { Clock, Random } from '../core/clock.ts'
import type { GrantEnd } from '../core/grant.ts'
import type { Fetch } from '../core/http.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import { refresh as askForTokens } from '../oauth/refresh.ts'
import { type KeepWarm, schedule } from './due.ts'
import type { Journal } from './journal.ts'
import { claimLease, isLease, type Lease } from './lease.ts'
import { backoff, paceOf, verdict } from './outcome.ts'
import type { Pauses } from './pauses.ts'

export interface RefreshParts {
  readonly grants: Grants
  readonly pauses: Pauses
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
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
  away(grant: Grant, reason: string): void
}

/** Where a grant stands after one try at renewing it. */
export type Step =
  /** A set newer than the one that was to be renewed. */
  | { readonly kind: 'live'; readonly grant: Grant }
  | { readonly kind: 'over'; readonly reason: GrantEnd }
  | { readonly kind: 'gone' }
  /** Another try makes sense in `wait` ms. `leased`: somebody else is at it; `away`: the provider gave no answer that counts. */
  | { readonly kind: 'later'; readonly why: 'leased' | 'away'; readonly wait: number; readonly reason: string }
  /** No grant of this client can be renewed. */
  | { readonly kind: 'paused'; readonly wait: number; readonly reason: string }

/**
 * Renews the grant that was read, unless somebody else has: presents its refresh token at most once.
 *
 * @throws {PunctualError} `store_unavailable` when the store cannot say who may renew; nothing has been presented then.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749, section 6}
 */
export async function refresh(parts: RefreshParts, client: Client, grant: Grant): Promise<Step> {
  if (parts.journal.holds(grant.id, grant.generation)) {
    return { kind: 'later', why: 'leased', wait: 500, reason: 'journaled' }
  }
  const { refreshToken } = grant.open()
  if (!refreshToken) return end(parts, grant, 'no_refresh_token')
  const refused = parts.refusals.get(digest(refreshToken))
  if (refused?.generation === grant.generation) return adjudicate(parts, refused)
  // A spare may be the very token that was refused before somebody reconnected.
  if (refused && grant.doubt) return adjudicate(parts, grant)
  const pause = await parts.pauses.hold(client.id)
  if (pause) return { kind: 'paused', ...pause }

  const claim = await claimLease(parts, grant, digest(refreshToken), paceOf(client.provider))
  if (!isLease(claim)) {
    if (claim.why === 'moved') return standing(parts, grant)
    return { kind: 'later', why: claim.why === 'leased' ? 'leased' : 'away', wait: claim.wait, reason: claim.why }
  }
  const deadline = claim.left()
  // A set of the journal may have the generation of another one in the store: then it is the store's that was claimed.
  const another = digestOf(claim.grant) !== digest(refreshToken)
  if (deadline <= 0 || another) {
    await giveBack(parts, grant, claim.owner)
    return { kind: 'later', why: 'away', wait: another ? 1 : 1000, reason: another ? 'moved' : 'slow_store' }
  }
  const outcome = await askForTokens(parts, client, { refreshToken, deadline })
  if (outcome.kind === 'issued') {
    const answer = { ...outcome.answer, refreshToken: outcome.answer.refreshToken ?? refreshToken }
    return store(parts, client, claim, { ...outcome, answer })
  }
  return settle(parts, client, claim, outcome)
}

async function store(
  parts: RefreshParts,
  client: Client,
  lease: Lease,
  { answer, sentAt }: Extract<TokenOutcome, { kind: 'issued' }>,
): Promise<Step> {
  const { grant } = lease
  const renewal = parts.grants.seal(grant, answer, answer.scopes)
  const plan = schedule(parts, client.provider, answer, parts.clock.now() - sentAt)
  const renewed = parts.grants.withRenewal(grant, renewal, plan.expiresIn)
  let stored: boolean
  try {
    stored = await parts.grants.commit(renewal, plan)
    if (!stored) await keepBeside(parts, lease, renewal)
  } catch {
    const { durable } = await parts.journal.keep(renewed, renewal, plan)
    parts.report.journaled(renewed, durable)
    return { kind: 'live', grant: renewed }
  }
  await parts.pauses.lift(client.id).catch(() => {})
  if (!stored) return standing(parts, grant)
  parts.report.renewed(renewed)
  return { kind: 'live', grant: renewed }
}

/**
 * Keeps a set that a newer one has overtaken: somebody has reconnected meanwhile. Where a refresh ends its siblings, ours
 * may be the only one that the provider honours; it is used at once if the other has already been refused.
 */
async function keepBeside(parts: RefreshParts, { grant, owner }: Lease, renewal: SealedRenewal): Promise<void> {
  if ((await parts.grants.keepSpare(renewal)) === 'revived') parts.report.recovered(grant)
  await giveBack(parts, grant, owner)
}

/** Ends the lease of a presentation that left nothing open. */
function giveBack(parts: RefreshParts, grant: Pick<Grant, 'id' | 'generation'>, owner: string): Promise<boolean> {
  return parts.grants.release(grant.id, grant.generation, owner, { harmless: true, retryIn: 0, failed: false })
}

async function settle(
  parts: RefreshParts,
  client: Client,
  { grant, owner }: Lease,
  outcome: Exclude<TokenOutcome, { kind: 'issued' }>,
): Promise<Step> {
  const said = verdict(outcome)
  if (said.kind === 'refused') {
    // Whoever judges the token has taken the client: a paused one goes on, whatever becomes of this grant.
    await parts.pauses.lift(client.id).catch(() => {})
    const step = await adjudicate(parts, grant)
    if (step.kind === 'live') await parts.grants.forgetSpare(grant).catch(() => {})
    if (step.kind !== 'over') await giveBack(parts, grant, owner).catch(() => {})
    return step
  }
  const release = (harmless: boolean, retryIn: number) =>
    parts.grants.release(grant.id, grant.generation, owner, { harmless, retryIn, failed: true }).catch(() => {})
  if (said.kind === 'client') {
    await release(true, 0)
    const wait = await parts.pauses.begin(client.id, said.reason)
    return { kind: 'paused', wait, reason: said.reason }
  }
  if (said.kind !== 'away') throw new TypeError('an issued answer is stored, not settled')
  const wait = backoff(parts.random, grant.failures, said.retryAfter)
  await release(said.harmless, wait)
  parts.report.away(grant, said.reason)
  return { kind: 'later', why: 'away', wait, reason: said.reason }
}

/** `invalid_grant` is a question: only a second look that finds nothing newer, and no spare, ends the grant. */
async function adjudicate(parts: RefreshParts, grant: Grant): Promise<Step> {
  const token = digestOf(grant)
  parts.refusals.set(token, grant)
  const step = await end(parts, grant, grant.doubt ? 'outcome_unknown' : 'refused')
  if (step.kind !== 'live') parts.refusals.delete(token)
  return step
}

/** Ends the grant, unless something newer stands or a spare takes its place. */
async function end(parts: RefreshParts, grant: Grant, reason: GrantEnd): Promise<Step> {
  for (;;) {
    const seen = await standing(parts, grant)
    if (seen.kind !== 'later') return seen
    if (await parts.grants.useSpare(grant.id, grant.generation)) continue
    if (await parts.grants.end(grant.id, grant.generation, reason)) {
      parts.report.ended(grant, reason)
      return { kind: 'over', reason }
    }
  }
}

/** Where the grant stands now; `later` when its set is still the one that was read. */
export async function standing(parts: Pick<RefreshParts, 'grants' | 'journal'>, read: Grant): Promise<Step> {
  const held = parts.journal.newer(read.id, read.generation)
  const seen = held ?? (await parts.grants.get(read.id))
  if (!seen || seen.status === 'closing' || seen.status === 'closed') return { kind: 'gone' }
  if (seen.status === 'over') return { kind: 'over', reason: seen.reason ?? 'refused' }
  if (seen.generation > read.generation) return { kind: 'live', grant: seen }
  return { kind: 'later', why: 'leased', wait: 0, reason: 'leased' }
}

function digestOf(grant: Grant): string {
  const { refreshToken } = grant.open()
  return refreshToken ? digest(refreshToken) : ''
}

/** Tells one refresh token from another without holding either. */
function digest(token: Secret): string {
  return createHash('sha256').update(`intent\n${token.reveal()}`).digest('base64url').slice(0, 22)
}
