// Tokens that no connection will use. The row of their attempt holds them, sealed, until the provider has revoked them: what a
// process that ends meanwhile leaves, the background of another one revokes.

import type { Client } from '../core/provider.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Transport } from '../oauth/transport.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import { clientOf } from './client-of.ts'
import { revokeTokens } from './revoke-tokens.ts'

/** Revokes the tokens of an attempt that has failed. Where the provider is away, the row goes on holding them. */
export type RevokeUnused = (attempt: Attempt, answer: TokenAnswer) => Promise<void>

export function createRevokeUnused({
  attempts,
  clients,
  transport,
}: {
  readonly attempts: Pick<AttemptRecords, 'dropUnused'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
}): RevokeUnused {
  return async (attempt, answer) => {
    const outcome = await revokeTokens(transport, clientOf(clients, attempt), answer)
    if (!outcome.revoked && outcome.reason === 'unavailable') return
    // Where the store is away, the background revokes them once more.
    await attempts.dropUnused(attempt.id).catch(() => {})
  }
}

/** Returns what goes on with an attempt that has failed and still holds tokens. */
export function createRevokeHeld({
  attempts,
  revokeUnused,
}: {
  readonly attempts: Pick<AttemptRecords, 'dropUnused'>
  readonly revokeUnused: RevokeUnused
}): (attempt: Attempt) => Promise<unknown> {
  return async (attempt) => {
    const kept = attempt.answer()
    const hasFailed = attempt.outcome !== null && 'error' in attempt.outcome
    return kept && hasFailed ? revokeUnused(attempt, kept.answer) : attempts.dropUnused(attempt.id)
  }
}
