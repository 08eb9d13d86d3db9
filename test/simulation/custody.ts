// In whose hands each set is: delivered to a process, on its way into the store, in the store, in a journal file. A set
// is lost only if no answer delivered it, or if it died with the process that held it while the write had begun.

import { createVault, type Vault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import type { IssuedSet } from './provider.ts'
import type { Life } from './world.ts'

export const simulatedKey: string = Buffer.alloc(32, 7).toString('base64url')

/** What is known of the way of one set. */
export interface Way {
  deliveredTo: Life | null
  /** A write of it, to the store or the journal, has begun. */
  started: boolean
  /** Writes to the store under way. */
  handing: number
  /** What came of the last write that the store decided on. `failed`: it decided on none since. */
  last: 'none' | 'failed' | 'refused' | 'took'
  /** When the last write to the store ended. Its holder goes on in that moment, and not before. */
  endedAt: number
  /** It has once been in the store. */
  stored: boolean
  /** The journal could not take it. */
  unwritten: boolean
  /** Of a consent's own set: its connection was stored. */
  attached: boolean
  /** Of a consent's own set: a later consent has taken its place. */
  superseded: boolean
}

export interface Custody {
  /** The number of the set in a sealed text of a grant's row. */
  numberIn(grant: string, sealed: string | null): number | null
  /** The number of the set in a sealed answer of an attempt. */
  numberInAnswer(attempt: string, sealed: string): number | null
  way(set: IssuedSet): Way
  /** The journal files of each replica, as texts by name. */
  readonly journals: Map<string, string>[]
  inJournal(set: IssuedSet): boolean
  lost(set: IssuedSet): boolean
}

export function createCustody(): Custody {
  const vault: Vault = createVault(createKeyring([simulatedKey]), (bytes) => new Uint8Array(bytes))
  const numbers = new Map<string, number>()
  const ways = new Map<IssuedSet, Way>()
  const journals: Map<string, string>[] = []

  function numberAt(place: { table: string; row: string; column: string }, sealed: string): number | null {
    const seen = numbers.get(sealed)
    if (seen !== undefined) return seen
    const [, digits] = /rt(\d+)/.exec(vault.open(place, sealed)) ?? []
    const number = digits === undefined ? null : Number(digits)
    if (number !== null) numbers.set(sealed, number)
    return number
  }

  function way(set: IssuedSet): Way {
    const known = ways.get(set)
    if (known) return known
    const fresh: Way = {
      ...{ deliveredTo: null, started: false, handing: 0, last: 'none', endedAt: 0, stored: false, unwritten: false },
      ...{ attached: false, superseded: false },
    }
    ways.set(set, fresh)
    return fresh
  }

  const numberIn = (grant: string, sealed: string | null) =>
    sealed === null ? null : numberAt({ table: 'grants', row: grant, column: 'tokens' }, sealed)

  function inJournal(set: IssuedSet): boolean {
    return journals.some((files) =>
      [...files.values()].some((text) => {
        const { renewal } = JSON.parse(text) as { renewal: { grant: string; tokens: string } }
        return numberIn(renewal.grant, renewal.tokens) === set.n
      }),
    )
  }

  return {
    numberIn,
    numberInAnswer: (attempt, sealed) => numberAt({ table: 'attempts', row: attempt, column: 'answer' }, sealed),
    way,
    journals,
    inJournal,
    lost(set) {
      const { deliveredTo, started, stored, unwritten } = way(set)
      if (stored || inJournal(set)) return false
      if (deliveredTo === null) return true
      if (deliveredTo.ended === 'crashed') return started
      return deliveredTo.ended === 'stopped' && unwritten
    },
  }
}
