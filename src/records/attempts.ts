// Authorization attempts with their verifier, code and answer sealed. State and nonce are kept as digests only: the
// store never holds what a browser must present.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { type Secret, secret } from '../core/secret.ts'
import type { AttemptOutcome, AttemptPhase, AttemptRow, NewAttempt } from '../core/store/attempts.ts'
import type { Store } from '../core/store/store.ts'
import { ageOf, unknownAgeMs } from '../core/store/wrong-clock.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'
import { parseTokens, serializeTokens } from './grants.ts'

/** The time from `begin` to the last moment at which the callback is accepted. */
export const attemptLifetimeMs = 600_000

/** Attempts that an owner may have begun and not come back from, in all browsers together; for each connect session by itself. */
const mostBegunOfOwner = 50

/** An answer of the token endpoint, and when it was asked for: in the time of this process's monotonic clock. */
export interface AskedAnswer {
  readonly answer: TokenAnswer
  readonly sentAt: number
}

export interface Attempt extends Omit<AttemptRow, 'verifier' | 'code' | 'answer' | 'stateHash' | 'nonceHash'> {
  /** Whether this is the nonce that the browser got at the beginning. */
  provesBrowser(nonce: string): boolean
  codeVerifier(): Secret | null
  /** The held authorization code. */
  code(): Secret | null
  /** The stored answer of the token endpoint. */
  answer(): AskedAnswer | null
}

export interface BeginAttempt extends Omit<NewAttempt, 'stateHash' | 'nonceHash' | 'verifier'> {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string | null
}

export interface AttemptRecords {
  /**
   * Records an attempt. Of those that its owner has begun for the same connect session, or for none, and not come back from, only the
   * newest are kept. A visit of a session's page ends no attempt that was begun elsewhere.
   */
  begin(attempt: BeginAttempt): Promise<void>
  /** The attempt of that state through that client. Changes nothing. */
  find(state: string, client: string): Promise<Attempt | null>
  consume(state: string, client: string): Promise<{ attempt: Attempt; first: boolean; expired: boolean } | null>
  get(id: string): Promise<Attempt | null>
  /** Moves on if the attempt is still in `from`. */
  advance(id: string, from: AttemptPhase, to: 'exchanging'): Promise<boolean>
  hold(id: string, code: Secret): Promise<boolean>
  /** Seals the answer of the exchange, with the time that has passed since it was asked for. Seal it right before it is stored. */
  sealAnswer(id: string, asked: AskedAnswer): string
  /**
   * Opens an answer that was sealed `ageMs` ago.
   *
   * @throws {PunctualError} when it cannot be opened with these keys.
   */
  openAnswer(id: string, sealed: string, ageMs: number): AskedAnswer
  /** Stores the sealed answer of the exchange, if that is under way. */
  keepAnswer(id: string, sealed: string): Promise<boolean>
  /** Ends it with an error. `unused`: a sealed answer, which the row holds until its tokens are revoked. */
  fail(id: string, from: AttemptPhase, outcome: AttemptOutcome, unused?: string): Promise<boolean>
  /** Lets the row of an attempt that has ended hold a sealed answer until its tokens are revoked. */
  keepUnused(id: string, sealed: string): Promise<boolean>
  dropUnused(id: string): Promise<boolean>
  stranded(ageMs: number, limit: number, after: string | null): Promise<Attempt[]>
}

/** Where a sealed column of an attempt is kept. */
export function attemptPlace(row: string, column: string): { table: string; row: string; column: string } {
  return { table: 'attempts', row, column }
}

export function createAttemptRecords({
  store,
  vault,
  clock,
}: {
  readonly store: Pick<Store, 'attempts'>
  readonly vault: Vault
  readonly clock: Pick<Clock, 'monotonic'>
}): AttemptRecords {
  const place = (row: string, column: 'verifier' | 'code' | 'answer') => attemptPlace(row, column)

  function openAnswer(id: string, sealed: string, sealedAt: number): AskedAnswer {
    const { answer, elapsed } = parseAnswer(vault.open(place(id, 'answer'), sealed))
    return { answer, sentAt: sealedAt - elapsed }
  }

  /** `askedAt`: before the row was asked for. A process may be suspended until it has it. */
  function opened(row: AttemptRow, askedAt: number): Attempt {
    const { verifier, code, answer, stateHash: _, nonceHash, ...facts } = row
    return {
      ...facts,
      provesBrowser: (nonce) => timingSafeEqual(Buffer.from(digest(nonce)), Buffer.from(nonceHash)),
      codeVerifier: () => (verifier === null ? null : secret(vault.open(place(row.id, 'verifier'), verifier))),
      code: () => (code === null ? null : secret(vault.open(place(row.id, 'code'), code))),
      answer: () =>
        answer === null ? null : openAnswer(row.id, answer, askedAt - (ageOf(row.movedAt, row.readAt) ?? unknownAgeMs)),
    }
  }

  return {
    ...store.attempts,
    async begin({ state, nonce, codeVerifier, ...rest }) {
      // The store first: once it is open, the keys are there.
      await store.attempts.trim(rest.owner, rest.session, mostBegunOfOwner - 1)
      const verifier = codeVerifier === null ? null : vault.seal(place(rest.id, 'verifier'), codeVerifier)
      await store.attempts.insert(
        { ...rest, stateHash: digest(state), nonceHash: digest(nonce), verifier },
        attemptLifetimeMs,
      )
    },
    async find(state, client) {
      const askedAt = clock.monotonic()
      const row = await store.attempts.find(digest(state), client)
      return row && opened(row, askedAt)
    },
    async consume(state, client) {
      const askedAt = clock.monotonic()
      const found = await store.attempts.consume(digest(state), client)
      return found && { attempt: opened(found.row, askedAt), first: found.first, expired: found.expired }
    },
    async get(id) {
      const askedAt = clock.monotonic()
      const row = await store.attempts.get(id)
      return row && opened(row, askedAt)
    },
    hold: (id, code) =>
      store.attempts.advance(id, 'consumed', 'held', { code: vault.seal(place(id, 'code'), code.reveal()) }),
    sealAnswer: (id, { answer, sentAt }) =>
      vault.seal(place(id, 'answer'), serializeAnswer(answer, clock.monotonic() - sentAt)),
    openAnswer: (id, sealed, ageMs) => openAnswer(id, sealed, clock.monotonic() - ageMs),
    keepAnswer: (id, sealed) => store.attempts.advance(id, 'exchanging', 'exchanged', { answer: sealed }),
    fail: (id, from, outcome, unused) =>
      store.attempts.advance(id, from, 'finished', { outcome, ...(unused !== undefined && { answer: unused }) }),
    keepUnused: (id, sealed) => store.attempts.advance(id, 'finished', 'finished', { answer: sealed }),
    dropUnused: (id) => store.attempts.advance(id, 'finished', 'finished'),
    async stranded(ageMs, limit, after) {
      const askedAt = clock.monotonic()
      return (await store.attempts.stranded(ageMs, limit, after)).map((row) => opened(row, askedAt))
    },
  }
}

/** SHA-256 in base64url. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}

/** An answer as it is sealed. `expiresIn` is in seconds, as the provider sent it. */
interface SealedAnswer extends Pick<TokenAnswer, 'scopes' | 'extra'> {
  readonly tokens: string
  readonly expiresIn: number | null
  readonly elapsed: number
}

function serializeAnswer(answer: TokenAnswer, elapsed: number): string {
  const { expiresInMs, scopes, extra } = answer
  const expiresIn = expiresInMs === null ? null : expiresInMs / 1000
  return JSON.stringify({ tokens: serializeTokens(answer), expiresIn, scopes, extra, elapsed })
}

function parseAnswer(text: string): { answer: TokenAnswer; elapsed: number } {
  const { tokens, expiresIn, scopes, extra, elapsed } = JSON.parse(text) as SealedAnswer
  const expiresInMs = expiresIn === null ? null : expiresIn * 1000
  return { answer: { ...parseTokens(tokens), expiresInMs, scopes, extra }, elapsed }
}
