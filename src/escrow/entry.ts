// One text of the escrow: what became of a grant, that a connection was given up, or that an attempt became a connection.
// Tokens are in it as they are in the grant's row, sealed for that row: so healing a row opens nothing. A checksum shows a
// text that was cut or changed.

import { createHash } from 'node:crypto'
import type { GrantEnd } from '../core/grant.ts'

/** A grant as one write left it. */
export interface GrantEntry {
  readonly kind: 'grant'
  /** The name of the database; `null` if it could not be asked for. */
  readonly store: string | null
  /** When it was written: milliseconds since 1970, by the clock of the machine that wrote it. */
  readonly at: number
  readonly grant: string
  readonly generation: number
  readonly status: 'live' | 'over' | 'closed'
  readonly reason: GrantEnd | null
  readonly set: EscrowedSet | null
  /** Whether it was read from the row after the write; else it is what was about to be stored. */
  readonly isStored: boolean
}

/** A token set as its row has it. Durations from the time of the entry. */
export interface EscrowedSet {
  readonly tokens: string
  readonly fallbackTokens: readonly string[]
  /** `null`: as they are in the row. */
  readonly scopes: readonly string[] | null
  readonly outcomeUnknown: boolean
  readonly expiresInMs: number
  readonly refreshInMs: number | null
  readonly dueInMs: number | null
}

/** Whether a connection has been given up, or was taken up again after that. */
export interface ConnectionEntry {
  readonly kind: 'connection'
  readonly store: string | null
  /** The store's time of that change, as in its row; later than that of the entry before. */
  readonly at: number
  readonly connection: string
  readonly isDisconnected: boolean
}

/** The answer of an attempt has been attached: its set is in a grant, and may be spent. */
export interface AttemptEntry {
  readonly kind: 'attempt'
  readonly store: string | null
  readonly at: number
  readonly attempt: string
  readonly connection: string
}

export type Entry = GrantEntry | ConnectionEntry | AttemptEntry

/** Returns the text of an entry, on one line. */
export function serializeEntry(entry: Entry): string {
  const json = JSON.stringify(entry)
  return `${checksum(json)} ${json}`
}

/** `damaged`: it was cut or changed. `unknown`: a whole text that this version does not know. */
export function parseEntry(text: string): Entry | 'damaged' | 'unknown' {
  const [sum, json] = [text.slice(0, checksumLength), text.slice(checksumLength + 1)]
  if (text[checksumLength] !== ' ' || checksum(json) !== sum) return 'damaged'
  const value = JSON.parse(json) as Entry
  return isEntry(value) ? value : 'unknown'
}

const checksumLength = 12

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('base64url').slice(0, checksumLength)
}

/** The checksum holds: only another version can have written something else. */
function isEntry(value: Entry | null): boolean {
  if (typeof value !== 'object' || value === null || typeof value.at !== 'number') return false
  if (value.kind === 'connection') return typeof value.connection === 'string'
  if (value.kind === 'attempt') return typeof value.attempt === 'string' && typeof value.connection === 'string'
  if (value.kind !== 'grant' || typeof value.grant !== 'string' || !Number.isSafeInteger(value.generation)) return false
  return value.set === null || typeof value.set?.tokens === 'string'
}
