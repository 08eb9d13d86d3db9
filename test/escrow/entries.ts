// Entries of an escrow with single facts changed.

import type { EscrowedSet, GrantEntry } from '../../src/escrow/entry.ts'

export function setOf(tokens: string, facts: Partial<EscrowedSet> = {}): EscrowedSet {
  return {
    tokens,
    fallbackTokens: [],
    scopes: null,
    outcomeUnknown: false,
    expiresInMs: 7_200_000,
    refreshInMs: 5_000_000,
    dueInMs: 6_000_000,
    ...facts,
  }
}

export function entryOf(grant: string, generation: number, facts: Partial<GrantEntry> = {}): GrantEntry {
  return {
    kind: 'grant',
    store: null,
    at: Date.now(),
    grant,
    generation,
    status: 'live',
    reason: null,
    set: setOf(`tokens of ${grant} ${generation}`),
    isStored: true,
    ...facts,
  }
}
