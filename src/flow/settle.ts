// From an authorization code to a connection: exchange, store the sealed answer before anything else, attach. Each step
// moves the attempt by compare-and-swap, so that a crash between any two leaves either nothing or an answer that a
// later step, in this process or another, picks up. What the store does not accept goes to the journal.

import type { Clock } from '../core/clock.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { AttemptPhase } from '../core/store/attempts.ts'
import { exchange } from '../oauth/exchange.ts'
import type { TokenOutcome } from '../oauth/outcome.ts'
import type { Transport } from '../oauth/transport.ts'
import type { AskedAnswer, Attempt, AttemptRecords } from '../records/attempts.ts'
import type { Attach } from './attach.ts'
import type { AwaitOutcome } from './await-outcome.ts'
import { callbackUrl } from './callback-url.ts'
import { clientOf } from './client-of.ts'
import type { FailAttempt, Outcome } from './outcome.ts'
import type { RevokeUnused } from './revoke-unused.ts'

/** Exchanges the code of an attempt that is still in the phase `from`, then makes the connection. */
export type Settle = (attempt: Attempt, from: AttemptPhase, code: Secret) => Promise<Outcome>

/** Stores an answer; `false`: the attempt has ended without it. */
export type KeepAnswer = (attempt: Attempt, asked: AskedAnswer) => Promise<boolean>

export interface SettleDependencies {
  readonly attempts: Pick<AttemptRecords, 'advance' | 'keepUnused' | 'sealAnswer'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
  readonly baseUrl: string
  readonly keepAnswer: KeepAnswer
  readonly attach: Attach
  readonly awaitOutcome: AwaitOutcome
  readonly failAttempt: FailAttempt
  readonly revokeUnused: RevokeUnused
  readonly track: (work: Promise<unknown>) => void
}

export function createSettle(dependencies: SettleDependencies): Settle {
  const { attempts, clients, transport, baseUrl, keepAnswer, attach, awaitOutcome, track } = dependencies
  const { failAttempt, revokeUnused } = dependencies
  const { clock } = transport

  return async (attempt, from, code) => {
    const client = clientOf(clients, attempt)
    if (!(await attempts.advance(attempt.id, from, 'exchanging'))) return awaitOutcome(attempt, false)
    const outcome = await exchanged(client, attempt, code)
    if (outcome.kind === 'away')
      return failAttempt(attempt, { from: 'exchanging', error: 'provider_unavailable', reason: outcome.reason })
    if (outcome.kind === 'refused') {
      const isSpent = outcome.error === 'invalid_grant'
      return failAttempt(attempt, {
        from: 'exchanging',
        error: isSpent ? 'attempt_refused' : 'client_misconfigured',
        reason: isSpent ? 'code_refused' : outcome.error,
      })
    }
    if (!(await keepAnswer(attempt, outcome))) {
      await attempts.keepUnused(attempt.id, attempts.sealAnswer(attempt.id, outcome)).catch(() => {})
      await revokeUnused(attempt, outcome.answer)
      return awaitOutcome(attempt, false)
    }
    const attached = await attach(attempt, outcome)
    return attached ?? awaitOutcome(attempt, false)
  }

  /** Presents the code, again only while no presentation can have had an effect. */
  async function exchanged(client: Client, attempt: Attempt, code: Secret): Promise<TokenOutcome> {
    const request = {
      redirectUri: callbackUrl(baseUrl, client.id),
      code,
      codeVerifier: attempt.codeVerifier(),
      scopes: attempt.scopes,
      mayLeave: () => true,
      // A sign of life: no other process takes the attempt for abandoned while the answer can come.
      still: () => track(attempts.advance(attempt.id, 'exchanging', 'exchanging').catch(() => {})),
    }
    let outcome = await exchange(transport, client, request)
    for (let pauseMs = 500; outcome.kind === 'away' && outcome.harmless && pauseMs <= 4000; pauseMs *= 2) {
      await clock.sleep(pauseMs)
      outcome = await exchange(transport, client, request)
    }
    return outcome
  }
}

/**
 * Returns a function that stores an answer. While the store does not accept it, the answer is in the journal, and is
 * offered to the store for as long as a browser would wait.
 */
export function createKeepAnswer({
  attempts,
  clock,
  keepInJournal,
}: {
  readonly attempts: Pick<AttemptRecords, 'get' | 'keepAnswer' | 'sealAnswer'>
  readonly clock: Clock
  readonly keepInJournal: (attempt: Attempt, sealed: string) => Promise<void>
}): KeepAnswer {
  return async (attempt, asked) => {
    for (let pauseMs = 100, isJournaled = false; ; pauseMs *= 2) {
      const sealed = attempts.sealAnswer(attempt.id, asked)
      try {
        if (await attempts.keepAnswer(attempt.id, sealed)) return true
        // A write that seemed to fail may have been done, by this process or from the journal: then the answer is
        // stored.
        const seen = isJournaled ? await attempts.get(attempt.id) : null
        return seen !== null && !(seen.outcome && 'error' in seen.outcome)
      } catch (error) {
        if (!isJournaled) await keepInJournal(attempt, sealed)
        isJournaled = true
        if (pauseMs > 6400) throw error
        await clock.sleep(pauseMs)
      }
    }
  }
}
