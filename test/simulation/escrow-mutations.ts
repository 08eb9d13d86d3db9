// Bugs of the escrow and of healing.

import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import { inGrants, type Mutation } from './mutation.ts'

/** Changes the place in which the escrow is. */
function inEscrow(change: (place: EscrowPlace) => Partial<EscrowPlace>): Mutation['wrapOptions'] {
  return ({ escrow }) => ({ escrow: { ...(escrow as EscrowPlace), ...change(escrow as EscrowPlace) } })
}

/** Leaves out the texts that match. */
function without(pattern: RegExp): Mutation['wrapOptions'] {
  return inEscrow((place) => ({
    async append(texts) {
      const kept = texts.filter((text) => !pattern.test(text))
      if (kept.length > 0) await place.append(kept)
    },
  }))
}

export const escrowMutations: readonly Mutation[] = [
  {
    name: 'A restored token set is presented before it is healed',
    violates: ['spent_once'],
    escrow: true,
    wrapOptions: ({ escrow, store }) => ({
      escrow: { ...(escrow as EscrowPlace), read: async () => ({ texts: [], position: {}, bytes: 0 }) },
      store: { ...store, hasEscrow: async () => false },
    }),
  },
  {
    name: 'A row that is behind counts as healed, and stays as it is',
    violates: ['spent_once', 'callers', 'quiet', 'in_order'],
    escrow: true,
    wrapOptions: inGrants(() => ({ heal: async () => true })),
  },
  {
    name: 'A token set that came by connecting is not kept in the escrow',
    // An escrow that knows nothing is refused.
    violates: ['escrowed', 'spent_once', 'not_lost', 'callers'],
    escrow: true,
    wrapOptions: without(/"status":"live".*"isStored":true/),
  },
  {
    name: 'That an attempt was attached is not kept in the escrow',
    // A process that dies after this text, which is not there, leaves an escrow that knows nothing.
    violates: ['spent_once', 'not_lost', 'not_declared_over', 'escrowed', 'callers'],
    escrow: true,
    wrapOptions: without(/"kind":"attempt"/),
  },
  {
    name: 'A compaction keeps the oldest of each grant',
    violates: ['escrowed', 'spent_once', 'not_lost', 'in_order'],
    escrow: true,
    escrowCompaction: (texts) => oldest(texts),
  },
  {
    name: 'A rotation of the keys writes what it has read, whatever the row has become',
    violates: ['in_order', 'spent_once', 'not_lost', 'callers', 'not_declared_over', 'escrowed'],
    escrow: true,
    blindRotation: true,
  },
  {
    name: 'An erasure leaves the token sets in the escrow',
    violates: ['erased'],
    escrow: true,
    wrapOptions: inEscrow(() => ({ compact: async () => {} })),
  },
]

/** Of each grant the text of the lowest generation. */
function oldest(texts: readonly string[]): readonly string[] {
  const found = new Map<string, { readonly generation: number; readonly text: string }>()
  for (const text of texts) {
    const { grant, generation } = JSON.parse(text.slice(text.indexOf('{'))) as { grant?: string; generation?: number }
    const before = found.get(grant ?? text)
    if (!before || (generation ?? 0) < before.generation)
      found.set(grant ?? text, { generation: generation ?? 0, text })
  }
  return [...found.values()].map(({ text }) => text)
}
