// Attempts with their verifier, code and answer sealed. State and nonce are kept as digests only: the store never
// holds what a browser has to show.

import { createHash, timingSafeEqual } from 'node:crypto'

import { type Secret, secret } from '../core/secret.ts'
import type { AttemptOutcome, AttemptPhase, AttemptRow, NewAttempt, Store } from '../core/store.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'
import { parseTokens, serializeTokens } from './grants.ts'

/** Milliseconds from begin to the last moment at which the callback is taken. */
export const attemptLifetime = 600_000

export interface Attempt extends Omit<AttemptRow, 'verifier' | 'code' | 'answer' | 'stateHash' | 'nonceHash'> {
  /** Whether this is the nonce that the beginning browser was given. */
  provesBrowser(nonce: string): boolean
  codeVerifier(): Secret | null
  /** The held authorization code. */
  code(): Secret | null
  /** The stored answer of the token endpoint, and the ms since it was asked for. */
  answer(): { readonly answer: TokenAnswer; readonly elapsed: number } | null
}

export interface BeginAttempt extends Omit<NewAttempt, 'stateHash' | 'nonceHash' | 'verifier'> {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string | null
}

export interface Attempts {
  begin(attempt: BeginAttempt): Promise<void>
  consume(state: string, client: string): Promise<{ attempt: Attempt; first: boolean; expired: boolean } | null>
  get(id: string): Promise<Attempt | null>
  /** Moves on if the attempt is still in `from`. */
  advance(id: string, from: AttemptPhase, to: 'exchanging'): Promise<boolean>
  hold(id: string, code: Secret): Promise<boolean>
  /** Seals and stores the answer of the exchange, which was asked for `elapsed` ms ago. */
  keepAnswer(id: string, answer: TokenAnswer, elapsed: number): Promise<boolean>
  fail(id: string, from: AttemptPhase, error: string, reason: string | null): Promise<boolean>
  stranded(age: number, limit: number): Promise<Attempt[]>
  sweep(age: number): Promise<number>
}

export function createAttempts(parts: { readonly store: Pick<Store, 'attempts'>; readonly vault: Vault }): Attempts {
  const { store, vault } = parts
  const place = (row: string, column: 'verifier' | 'code' | 'answer') => ({ table: 'attempts', row, column })

  function opened(row: AttemptRow): Attempt {
    const { verifier, code, answer, stateHash: _, nonceHash, ...facts } = row
    return {
      ...facts,
      provesBrowser: (nonce) => timingSafeEqual(Buffer.from(digest(nonce)), Buffer.from(nonceHash)),
      codeVerifier: () => (verifier === null ? null : secret(vault.open(place(row.id, 'verifier'), verifier))),
      code: () => (code === null ? null : secret(vault.open(place(row.id, 'code'), code))),
      answer() {
        if (answer === null) return null
        const kept = parseAnswer(vault.open(place(row.id, 'answer'), answer))
        return { ...kept, elapsed: kept.elapsed + row.readAt - row.movedAt }
      },
    }
  }

  return {
    begin: ({ state, nonce, codeVerifier, ...rest }) =>
      store.attempts.insert(
        {
          ...rest,
          stateHash: digest(state),
          nonceHash: digest(nonce),
          verifier: codeVerifier === null ? null : vault.seal(place(rest.id, 'verifier'), codeVerifier),
        },
        attemptLifetime,
      ),
    async consume(state, client) {
      const found = await store.attempts.consume(digest(state), client)
      return found && { attempt: opened(found.row), first: found.first, expired: found.expired }
    },
    async get(id) {
      const row = await store.attempts.get(id)
      return row && opened(row)
    },
    advance: (id, from, to) => store.attempts.advance(id, from, to),
    hold: (id, code) =>
      store.attempts.advance(id, 'consumed', 'held', { code: vault.seal(place(id, 'code'), code.reveal()) }),
    keepAnswer: (id, answer, elapsed) =>
      store.attempts.advance(id, 'exchanging', 'exchanged', {
        answer: vault.seal(place(id, 'answer'), serializeAnswer(answer, elapsed)),
      }),
    fail(id, from, error, reason) {
      const outcome: AttemptOutcome = { error, reason }
      return store.attempts.advance(id, from, 'finished', { outcome })
    },
    stranded: async (age, limit) => (await store.attempts.stranded(age, limit)).map(opened),
    sweep: (age) => store.attempts.sweep(age),
  }
}

/** SHA-256 in base64url. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url')
}

function serializeAnswer(answer: TokenAnswer, elapsed: number): string {
  const { expiresIn, scopes, extra } = answer
  return JSON.stringify({ tokens: serializeTokens(answer), expiresIn, scopes, extra, elapsed })
}

function parseAnswer(text: string): { answer: TokenAnswer; elapsed: number } {
  const { tokens, elapsed, ...rest } = JSON.parse(text) as { tokens: string; elapsed: number } & Omit<
    TokenAnswer,
    'accessToken' | 'refreshToken'
  >
  return { answer: { ...parseTokens(tokens), ...rest }, elapsed }
}
