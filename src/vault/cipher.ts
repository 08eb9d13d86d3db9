// Seals values for the place where they are kept. A value opens only in the table, row and column for which it was sealed:
// its key is derived from the place, and the place is authenticated with it.

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import type { Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { createRecentMap } from '../core/recent-map.ts'
import { nonceLength, parseEnvelope, tagLength, version, writeEnvelope } from './envelope.ts'
import type { Keyring } from './keyring.ts'

/** Where a sealed value is kept. */
export interface Place {
  readonly table: string
  readonly row: string
  readonly column: string
}

export interface Vault {
  /** The id of the key that seals. */
  readonly currentKey: string
  /** Seals a text for its place: `p1.{key id}.{base64url(nonce, ciphertext, tag)}`. */
  seal(place: Place, plaintext: string): string
  /**
   * Opens what was sealed for that place.
   *
   * @throws {PunctualError} `value_unreadable` with reason `unknown_key` (the key is not on the ring) or `damaged`
   * (the value was moved, cut or changed); never with the content.
   */
  open(place: Place, sealed: string): string
  /** The id of the key that a value is sealed with; `null` when it is not a sealed value. */
  keyOf(sealed: string): string | null
}

/** A place as the cipher needs it: its own key, and the text that is authenticated with its values. */
interface SealedPlace {
  readonly key: KeyObject
  readonly context: Uint8Array
}

/**
 * The places whose keys are kept, since deriving one takes longer than opening a value with it. A place needs about 600
 * bytes. Most values are sealed once and opened once soon after (attempts, events), so more places would seldom be used.
 */
const mostPlaces = 4096

/**
 * Returns a vault: AES-256-GCM, a fresh 96-bit nonce for each seal, one HKDF-SHA256 key for each place.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5869 RFC 5869}
 */
export function createVault(keyring: Keyring, random: Random): Vault {
  const places = createRecentMap<string, SealedPlace>({ most: mostPlaces })

  /** `null` when no key of that id is on the ring. */
  function placeWith(id: string, place: Place): SealedPlace | null {
    const text = contextOf(place)
    const name = `${id}${text}`
    const known = places.get(name)
    if (known) return known
    const context = Buffer.from(text, 'utf16le')
    const key = keyring.derive(id, context)
    if (!key) return null
    const made = { key, context }
    places.set(name, made)
    return made
  }

  return Object.freeze({
    currentKey: keyring.current,
    seal(place: Place, plaintext: string): string {
      const found = placeWith(keyring.current, place)
      if (!found) throw new TypeError('the keyring does not hold its current key')
      const nonce = random(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', found.key, nonce, { authTagLength: tagLength }).setAAD(found.context)
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      return writeEnvelope({ key: keyring.current, nonce, ciphertext, tag: cipher.getAuthTag() })
    },
    open(place: Place, sealed: string): string {
      const envelope = parseEnvelope(sealed)
      if (!envelope) throw unreadable(place)
      const found = placeWith(envelope.key, place)
      if (!found) throw unknownKey(place, envelope.key)
      const decipher = createDecipheriv('aes-256-gcm', found.key, envelope.nonce, { authTagLength: tagLength })
      decipher.setAAD(found.context).setAuthTag(envelope.tag)
      try {
        return Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]).toString('utf8')
      } catch {
        throw unreadable(place)
      }
    },
    keyOf: (sealed: string): string | null => parseEnvelope(sealed)?.key ?? null,
  })
}

/** Each part with its length before it, so that no two places share a context. */
function contextOf({ table, row, column }: Place): string {
  return `${versionPart}${table.length}:${table}${row.length}:${row}${column.length}:${column}`
}

const versionPart = `${version.length}:${version}`

function unreadable({ table, row, column }: Place): PunctualError {
  return new PunctualError(
    'value_unreadable',
    `The sealed value at ${table}/${row}/${column} does not open: it was moved, cut or changed since it was sealed.`,
    { reason: 'damaged' },
  )
}

function unknownKey({ table, row, column }: Place, id: string): PunctualError {
  return new PunctualError(
    'value_unreadable',
    `The sealed value at ${table}/${row}/${column} needs the key ${id}, which is not in "keys" (PUNCTUAL_KEYS): add it after the first.`,
    { reason: 'unknown_key' },
  )
}
