// In whose hands each set is: delivered to a process, on its way into the store, in the store, in a journal file. A set
// is lost only if no answer brought it, or if it died with the process: before it could be taken in, or while the write
// had begun.

import { createVault, type Vault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { readJournalText } from './journal-texts.ts'
import type { IssuedSet } from './provider.ts'
import type { Life } from './world.ts'

export const simulatedKey: string = Buffer.alloc(32, 7).toString('base64url')

/** What is known of the way of one set. */
export interface Way {
  deliveredTo: Life | null
  deliveredAt: number
  /** The process that listened for it when it came to its machine. */
  reached: Life | null
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
  /** When its holder saw that the store would not take it; `null`: it has not. */
  failedAt: number | null
  /** The journal could not take it. */
  unwritten: boolean
  /** Of a consent's own set: its connection was stored. */
  attached: boolean
  /** Of a consent's own set: a later consent has taken its place. */
  superseded: boolean
  /** We have asked the provider to revoke it. */
  revoking: boolean
}

/** What the store does not take is in the journal by then. */
const oneSecond = 1000

export interface Custody {
  /** The number of the set in a sealed text of a grant's row. */
  numberIn(grant: string, sealed: string | null): number | null
  /** The number of the set in a sealed answer of an attempt. */
  numberInAnswer(attempt: string, sealed: string): number | null
  /** The number of the set in a file of the journal. */
  numberInJournal(text: string): number | null
  way(set: IssuedSet): Way
  /** The journal files of each replica, as texts by name. */
  readonly journals: Map<string, string>[]
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
    const [, digits] = /rt(\d+)/.exec(open(place, sealed)) ?? []
    const number = digits === undefined ? null : Number(digits)
    if (number !== null) numbers.set(sealed, number)
    return number
  }

  /** Empty where it does not open. */
  function open(place: { table: string; row: string; column: string }, sealed: string): string {
    try {
      return vault.open(place, sealed)
    } catch {
      return ''
    }
  }

  function way(set: IssuedSet): Way {
    const known = ways.get(set)
    if (known) return known
    const fresh: Way = {
      deliveredTo: null,
      deliveredAt: 0,
      reached: null,
      started: false,
      handing: 0,
      last: 'none',
      endedAt: 0,
      stored: false,
      failedAt: null,
      unwritten: false,
      attached: false,
      superseded: false,
      revoking: false,
    }
    ways.set(set, fresh)
    return fresh
  }

  const numberIn = (grant: string, sealed: string | null) =>
    sealed === null ? null : numberAt({ table: 'grants', row: grant, column: 'tokens' }, sealed)
  const numberInAnswer = (attempt: string, sealed: string) =>
    numberAt({ table: 'attempts', row: attempt, column: 'answer' }, sealed)

  function numberInJournal(text: string): number | null {
    const { renewal, answer } = readJournalText(text) ?? {}
    if (renewal) return numberIn(renewal.grant, renewal.tokens)
    return answer ? numberInAnswer(answer.attempt, answer.answer) : null
  }

  return {
    numberIn,
    numberInAnswer,
    numberInJournal,
    way,
    journals,
    lost(set) {
      const { deliveredTo, reached, started, stored, unwritten, failedAt } = way(set)
      if (stored || journals.some((files) => [...files.values()].some((text) => numberInJournal(text) === set.n)))
        return false
      // One that a living process did not take in, though it had come, was thrown away.
      if (deliveredTo === null) return reached === null || reached.ended === 'crashed'
      if (deliveredTo.ended === 'crashed') {
        const hadTime = failedAt !== null && Math.max(failedAt, deliveredTo.resumedAt) + oneSecond < deliveredTo.endedAt
        return started && (unwritten || !hadTime)
      }
      return deliveredTo.ended === 'stopped' && unwritten
    },
  }
}
