// Where each token set is: delivered to a process, on its way into the store, in the store, in a journal file. A set is lost
// only if no answer brought it, or if it died with its process: before the process could read it, or while the write had
// begun.

import { createVault, type Vault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { readJournalText } from './journal-texts.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { SimulatedProcess } from './world.ts'

export const simulatedKey: string = Buffer.alloc(32, 7).toString('base64url')
/** The key that takes its place where the keys are changed. */
export const rotatedKey: string = Buffer.alloc(32, 8).toString('base64url')

/** What is known about one token set. */
export interface TokenSetState {
  deliveredTo: SimulatedProcess | null
  deliveredAt: number
  /** The process that waited for the answer when it arrived at its machine. */
  arrivedFor: SimulatedProcess | null
  /** A write of it, to the store or the journal, has started. */
  writeStarted: boolean
  /** Writes to the store in flight. */
  writesInFlight: number
  /** The result of the last write that the store decided. `failed`: it has decided none since. */
  lastWrite: 'none' | 'failed' | 'refused' | 'accepted'
  /** When the last write to the store ended. Its holder goes on in that moment, not before. */
  lastWriteEndedAt: number
  /** It has been in the store. */
  stored: boolean
  /** When its holder saw that the store does not take it; `null`: it has not. */
  storeFailedAt: number | null
  /** The store does not take this set until the faults end: each commit of its account is refused. */
  valueRefused: boolean
  /** The journal could not take it. */
  journalFailed: boolean
  /** For the first set of a consent: its connection was stored. */
  attached: boolean
  /** For the first set of a consent: a later consent has superseded it. */
  superseded: boolean
  /** We have asked the provider to revoke it. */
  revoking: boolean
  /** The database went back to before it, and nothing that is left has it. */
  lostByRestore: boolean
}

const initialState: Readonly<TokenSetState> = {
  deliveredTo: null,
  deliveredAt: 0,
  arrivedFor: null,
  writeStarted: false,
  writesInFlight: 0,
  lastWrite: 'none',
  lastWriteEndedAt: 0,
  stored: false,
  storeFailedAt: null,
  valueRefused: false,
  journalFailed: false,
  attached: false,
  superseded: false,
  revoking: false,
  lostByRestore: false,
}

/** A set that the store does not take is in the journal by then. */
const oneSecond = 1000

export interface TokenTracker {
  /** The number of the set in a sealed text of a grant's row. */
  numberIn(grant: string, sealed: string | null): number | null
  /** The number of the set in a sealed answer of an attempt. */
  numberInAnswer(attempt: string, sealed: string): number | null
  /** The number of the set in a file of the journal. */
  numberInJournal(text: string): number | null
  stateOf(set: IssuedSet): TokenSetState
  /** The journal files of each replica, as texts by name. */
  readonly journals: Map<string, string>[]
  lost(set: IssuedSet): boolean
}

export function createTokenTracker(): TokenTracker {
  const numberAt = createNumberReader()
  const states = new Map<IssuedSet, TokenSetState>()
  const journals: Map<string, string>[] = []

  function stateOf(set: IssuedSet): TokenSetState {
    const state = states.get(set) ?? { ...initialState }
    states.set(set, state)
    return state
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
    stateOf,
    journals,
    lost(set) {
      const { deliveredTo, arrivedFor, writeStarted, stored, journalFailed, storeFailedAt, lostByRestore } =
        stateOf(set)
      if (lostByRestore) return true
      if (stored || journals.some((files) => [...files.values()].some((text) => numberInJournal(text) === set.n)))
        return false
      // A set that had arrived and that a living process did not read was thrown away, not lost.
      if (deliveredTo === null) return arrivedFor === null || arrivedFor.ended === 'crashed'
      if (deliveredTo.ended === 'crashed') {
        const hadTime =
          storeFailedAt !== null && Math.max(storeFailedAt, deliveredTo.resumedAt) + oneSecond < deliveredTo.endedAt
        return writeStarted && (journalFailed || !hadTime)
      }
      return deliveredTo.ended === 'stopped' && journalFailed
    },
  }
}

interface Place {
  readonly table: string
  readonly row: string
  readonly column: string
}

/** Returns what reads the number of the set in a sealed text; `null` where the text does not open. */
function createNumberReader(): (place: Place, sealed: string) => number | null {
  const vault: Vault = createVault(createKeyring([simulatedKey, rotatedKey]), (bytes) => new Uint8Array(bytes))
  const numbers = new Map<string, number>()

  function open(place: Place, sealed: string): string {
    try {
      return vault.open(place, sealed)
    } catch {
      return ''
    }
  }

  return (place, sealed) => {
    const known = numbers.get(sealed)
    if (known !== undefined) return known
    const [, digits] = /rt(\d+)/.exec(open(place, sealed)) ?? []
    const number = digits === undefined ? null : Number(digits)
    if (number !== null) numbers.set(sealed, number)
    return number
  }
}
