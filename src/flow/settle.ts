// From an authorization code to a connection: exchange, store the sealed answer before anything else, find out whose
// account it is, attach. Each step moves the attempt by compare-and-swap, so that a crash between any two leaves either
// nothing or an answer that a later step, in this process or another, picks up. What the store does not take goes to the
// journal; what nobody waits for any more is revoked.

import { randomId } from '../core/clock.ts'
import type { Account } from '../core/connection.ts'
import { PunctualError } from '../core/errors.ts'
import { grantId } from '../core/grant.ts'
import { within } from '../core/timeouts.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { AttemptPhase } from '../core/store/attempts.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import { exchange } from '../oauth/exchange.ts'
import { type RevocationOutcome, revoke } from '../oauth/revoke.ts'
import type { Attempt } from '../records/attempts.ts'
import { identifyAccount } from './identify.ts'
import { callbackUrl, type FlowParts } from './parts.ts'

/** How a trip ended, or the session that the host application has to complete. */
export type Outcome =
  | { readonly connection: string }
  | { readonly session: string }
  | { readonly error: string; readonly reason: string | null }
  /** It has not ended: the same callback, later, says how it did. */
  | { readonly pending: true }

const revocationDeadline = 20_000
/** Ms that a browser waits for a trip to end before it is told to come back. */
const browserPatience = 25_000
/** Ms without a sign of life after which a phase that a process was in the middle of counts as abandoned. */
const abandoned = 30_000
/** Ms after which an answer that nobody has attached is taken up. Two who do so at once do no harm: one attaches. */
const unattached = 3000
const poll = 200

/** What the work on a trip comes to, or that it goes on without the browser. */
export async function outcomeInTime(parts: FlowParts, work: Promise<Outcome>): Promise<Outcome> {
  parts.track(work.catch(() => {}))
  return (await within(parts.clock, browserPatience, work)) ?? { pending: true }
}

/** Exchanges the code of an attempt that is still in `from`, and goes on to the connection. */
export async function settle(parts: FlowParts, attempt: Attempt, from: AttemptPhase, code: Secret): Promise<Outcome> {
  const client = clientOf(parts, attempt)
  if (!(await parts.attempts.advance(attempt.id, from, 'exchanging'))) return standingOutcome(parts, attempt, false)
  const request = {
    redirectUri: callbackUrl(parts, client.id),
    code,
    codeVerifier: attempt.codeVerifier(),
    scopes: attempt.scopes,
    mayLeave: () => true,
    // A sign of life: nobody takes the attempt for abandoned while the answer can come.
    still: () => parts.track(parts.attempts.advance(attempt.id, 'exchanging', 'exchanging').catch(() => {})),
  }
  let outcome = await exchange(parts, client, request)
  for (let pause = 500; outcome.kind === 'away' && outcome.harmless && pause <= 4000; pause *= 2) {
    await parts.clock.sleep(pause)
    outcome = await exchange(parts, client, request)
  }
  if (outcome.kind === 'away') return fail(parts, attempt, 'exchanging', 'provider_unavailable', outcome.reason)
  if (outcome.kind === 'refused') {
    const spent = outcome.error === 'invalid_grant'
    return fail(
      parts,
      attempt,
      'exchanging',
      spent ? 'attempt_refused' : 'client_misconfigured',
      spent ? 'code_refused' : outcome.error,
    )
  }
  const { answer, sentAt } = outcome
  if (!(await keep(parts, attempt, answer, parts.clock.monotonic() - sentAt))) {
    await revokeSet(parts, client, answer)
    return standingOutcome(parts, attempt, false)
  }
  return attach(parts, attempt, answer, parts.clock.monotonic() - sentAt)
}

/**
 * Brings an answer that has lain in the journal for `age` ms into the store and goes on from there; where its attempt has
 * ended without it, the tokens are revoked.
 */
export async function takeAnswer(
  parts: FlowParts,
  kept: { readonly attempt: string; readonly client: string; readonly answer: string },
  age: number,
): Promise<void> {
  const { attempt: id, client: clientId } = kept
  const { answer, elapsed } = parts.attempts.openAnswer(id, kept.answer)
  await parts.attempts.keepAnswer(id, parts.attempts.sealAnswer(id, answer, elapsed + age))
  const attempt = await parts.attempts.get(id)
  if (attempt?.phase === 'exchanged') return parts.track(resume(parts, attempt))
  if (attempt?.outcome && 'connection' in attempt.outcome) return
  const client = parts.clients.get(clientId)
  if (!client)
    throw new PunctualError('client_misconfigured', `The client "${clientId}" is not among "clients". Add it again.`)
  // An attempt that is not there any more may have ended well: then these may be the tokens of a living grant.
  if (!attempt && (await mayBeInUse(parts, client, answer))) return
  const outcome = await revokeSet(parts, client, answer)
  if (!outcome.revoked && outcome.reason === 'unavailable') throw awayForNow
}

const awayForNow = new PunctualError('provider_unavailable', 'The provider did not answer.', { retryable: true })

async function mayBeInUse(parts: FlowParts, client: Client, answer: TokenAnswer): Promise<boolean> {
  const found = await identifyAccount(parts, client, answer)
  if ('away' in found) throw awayForNow
  if ('unknown' in found) return true
  const grant = await parts.grants.get(grantId(client.id, found.account.id))
  return grant !== null && grant.status !== 'closed'
}

/** Takes up an attempt whose answer was stored and never attached. */
export async function resume(parts: FlowParts, attempt: Attempt): Promise<Outcome> {
  const kept = attempt.answer()
  if (!kept) return standingOutcome(parts, attempt, false)
  return attach(parts, attempt, kept.answer, kept.elapsed)
}

/** The outcome of an attempt that somebody else has consumed: waits for one that is under way. */
export async function standingOutcome(parts: FlowParts, attempt: Attempt, expired: boolean): Promise<Outcome> {
  for (let waited = 0, moved: number | null = null; ; waited += poll) {
    if (parts.journal.holdsAnswer(attempt.id)) await parts.journal.replay()
    const seen = await parts.attempts.get(attempt.id)
    if (seen?.outcome) return seen.outcome
    if (!seen || expired) return { error: 'attempt_refused', reason: 'expired' }
    if (seen.phase === 'held') return { session: seen.id }
    if (seen.movedAt !== moved) waited = 0
    moved = seen.movedAt
    const age = Math.max(waited, seen.readAt - seen.movedAt)
    if (seen.phase === 'exchanged' && age > unattached) return resume(parts, seen)
    if (seen.phase !== 'exchanged' && age > abandoned) {
      return fail(parts, seen, seen.phase, 'attempt_refused', 'interrupted')
    }
    await parts.clock.sleep(poll)
  }
}

async function attach(parts: FlowParts, attempt: Attempt, answer: TokenAnswer, elapsed: number): Promise<Outcome> {
  const client = clientOf(parts, attempt)
  const found = await identifyAccount(parts, client, answer)
  // The answer stays stored: the same callback, or the next round of the background, tries again.
  if ('away' in found) return { error: 'provider_unavailable', reason: found.away }
  if ('unknown' in found) {
    parts.report.fault(found.unknown)
    return reject(parts, attempt, client, answer, 'client_misconfigured', 'account_unknown')
  }
  if (await isAnotherAccount(parts, attempt, found.account)) {
    return reject(parts, attempt, client, answer, 'account_mismatch', null)
  }
  const attached = await parts.connections.attach({
    attempt: attempt.id,
    client: client.id,
    owner: attempt.owner,
    reconnect: attempt.reconnect,
    account: found.account,
    answer,
    scopes: answer.scopes ?? attempt.scopes,
    schedule: parts.schedule(client.provider, answer, elapsed),
    keepReplaced: client.provider.refreshEndsSiblings,
    pace: parts.pace(client.provider),
    connection: randomId(parts.random, 'connection'),
  })
  if (!attached) return standingOutcome(parts, attempt, false)
  parts.report.connected(attached.connection, attached.created, attached.revived)
  if (attached.replaced)
    parts.track(revokeReplaced(parts, client, attached.connection.grant, attached.replaced, answer))
  return { connection: attached.connection.id }
}

async function isAnotherAccount(parts: FlowParts, attempt: Attempt, account: Account): Promise<boolean> {
  if (attempt.reconnect === null || attempt.anotherAccount) return false
  const row = await parts.connections.get(attempt.reconnect)
  return row !== null && row.account.id !== account.id
}

/**
 * The first store that answers takes it; while none does, it is in the journal, and offered for as long as the browser
 * would wait. `false`: the attempt has ended without it.
 */
async function keep(parts: FlowParts, attempt: Attempt, answer: TokenAnswer, elapsed: number): Promise<boolean> {
  const sealed = parts.attempts.sealAnswer(attempt.id, answer, elapsed)
  for (let pause = 100, journaled = false; ; pause *= 2) {
    try {
      if (await parts.attempts.keepAnswer(attempt.id, sealed)) return true
      // A write that seemed to fail may have been done, by this process or from the journal: then the answer is on its way.
      const seen = journaled ? await parts.attempts.get(attempt.id) : null
      return seen !== null && !(seen.outcome && 'error' in seen.outcome)
    } catch (error) {
      if (!journaled) await journal(parts, attempt, sealed)
      journaled = true
      if (pause > 6400) throw error
      await parts.clock.sleep(pause)
    }
  }
}

async function journal(parts: FlowParts, { id, client }: Attempt, answer: string): Promise<void> {
  const { durable } = await parts.journal.keepAnswer({ attempt: id, client, answer })
  parts.report.journaled(client, durable)
}

async function reject(
  parts: FlowParts,
  attempt: Attempt,
  client: Client,
  answer: TokenAnswer,
  error: string,
  reason: string | null,
): Promise<Outcome> {
  const outcome = await fail(parts, attempt, 'exchanged', error, reason)
  if ('error' in outcome) await revokeSet(parts, client, answer)
  return outcome
}

async function fail(
  parts: FlowParts,
  attempt: Attempt,
  from: AttemptPhase,
  error: string,
  reason: string | null,
): Promise<Outcome> {
  if (!(await parts.attempts.fail(attempt.id, from, error, reason))) {
    const seen = await parts.attempts.get(attempt.id)
    if (seen?.outcome) return seen.outcome
  }
  parts.report.refused(attempt.client, reason ?? error)
  return { error, reason }
}

/** Revokes what the provider still honours of the old set, unless it handed out the same tokens again. */
async function revokeReplaced(
  parts: FlowParts,
  client: Client,
  grant: string,
  sealed: string,
  current: TokenAnswer,
): Promise<void> {
  const old = parts.grants.openSealed(grant, sealed)
  const same =
    old.accessToken.reveal() === current.accessToken.reveal() ||
    (old.refreshToken !== null && old.refreshToken.reveal() === current.refreshToken?.reveal())
  if (!same) await revokeSet(parts, client, old)
}

async function revokeSet(
  parts: FlowParts,
  client: Client,
  set: Pick<TokenAnswer, 'accessToken' | 'refreshToken'>,
): Promise<RevocationOutcome> {
  const [token, hint] = set.refreshToken
    ? [set.refreshToken, 'refresh_token' as const]
    : [set.accessToken, 'access_token' as const]
  return revoke(parts, client, { token, hint, deadline: revocationDeadline })
}

function clientOf(parts: FlowParts, attempt: Attempt): Client {
  const client = parts.clients.get(attempt.client)
  if (!client) throw new TypeError(`attempt ${attempt.id} belongs to a client that is no longer configured`)
  return client
}
