// The keys that seal and open. Raw key bytes never leave this file: others name a key by its id and get one record's
// key derived from it, as a KeyObject, which shows no bytes and keeps them outside the heap.

import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { valueError } from '../core/check.ts'
import type { PunctualError } from '../core/errors.ts'

const place = 'createPunctual'
const noSalt = new Uint8Array(0)

/** A closed ring of keys. The first seals; all of them open. */
export interface Keyring {
  /** The id of the key that seals. */
  readonly current: string
  /** The ids of all keys, in the order given. */
  readonly ids: readonly string[]
  /** The 32-byte key of one record, derived from the key of that id; `null` when no such key is on the ring. */
  derive(id: string, info: Uint8Array): KeyObject | null
}

const advice = `Make one with: node -p "require('node:crypto').randomBytes(32).toString('base64url')"`

/**
 * Checks the keys and closes the ring.
 *
 * @param keys each 32 bytes in base64url, with or without padding.
 * @throws {PunctualError} `invalid_argument` with the position of the wrong key, never with the key.
 */
export function createKeyring(keys: readonly string[]): Keyring {
  if (!Array.isArray(keys))
    throw valueError(place, 'keys', `must be a list of keys, 32 bytes in base64url each. ${advice}`)
  const ring = new Map<string, KeyObject>()
  for (const [index, text] of Array.from<unknown>(keys).entries()) {
    const key = parseKey(text, index)
    const id = keyId(key)
    const earlier = [...ring.keys()].indexOf(id)
    if (earlier >= 0) throw wrong(index, `is the same key as keys[${earlier}]. List each key once`)
    ring.set(id, createSecretKey(key))
  }
  const ids = Object.freeze([...ring.keys()])
  const [current] = ids
  if (current === undefined) throw valueError(place, 'keys', `is empty. List at least one key. ${advice}`)
  return Object.freeze({
    current,
    ids,
    derive(id: string, info: Uint8Array): KeyObject | null {
      const key = ring.get(id)
      return key ? createSecretKey(Buffer.from(hkdfSync('sha256', key, noSalt, info, 32))) : null
    },
  })
}

function parseKey(text: unknown, index: number): Buffer {
  if (text === undefined || text === null || text === '') throw wrong(index, `is missing. ${advice}`)
  if (typeof text !== 'string') throw wrong(index, `must be a text, not a value of the type ${typeof text}`)
  if (text !== text.trim()) throw wrong(index, 'has white space around it. Remove it')
  if (/^[A-Za-z0-9+/]+=*$/.test(text) && /[+/]/.test(text)) {
    throw wrong(index, 'is base64, not base64url. Write "-" for each "+" and "_" for each "/"')
  }
  if (!/^[A-Za-z0-9_-]+=*$/.test(text)) throw wrong(index, `must be 32 bytes in base64url. ${advice}`)
  const key = Buffer.from(text, 'base64url')
  if (key.byteLength !== 32)
    throw wrong(index, `must be 32 bytes in base64url, and is ${key.byteLength} bytes long. ${advice}`)
  return key
}

function keyId(key: Buffer): string {
  return createHash('sha256').update('punctual key id\0').update(key).digest('base64url').slice(0, 8)
}

function wrong(index: number, what: string): PunctualError {
  return valueError(place, `keys[${index}]`, what)
}
