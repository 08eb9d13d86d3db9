// Sealing as Punctual does it, by hand and at its fastest: AES-256-GCM with the place as additional data, under a key
// derived for each place, which is kept. The written form is Punctual's own, so that a database can be filled by SQL with
// tokens that Punctual opens.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { benchKey } from '../ours/keys.ts'

const key = Buffer.from(benchKey, 'base64url')
const keyId = createHash('sha256').update('punctual key id\0').update(key).digest('base64url').slice(0, 8)
const prefix = `p1.${keyId}.`

interface PlaceKey {
  readonly key: KeyObject
  readonly context: Buffer
}

const keys = new Map<string, PlaceKey>()
const mostKeys = 10_000

function keyOf(table: string, row: string, column: string): PlaceKey {
  const name = `${table}/${row}/${column}`
  const known = keys.get(name)
  if (known) return known
  const context = Buffer.from(['p1', table, row, column].map((part) => `${part.length}:${part}`).join(''), 'utf16le')
  const derived = createSecretKey(Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), context, 32)))
  if (keys.size >= mostKeys) keys.clear()
  const made = { key: derived, context }
  keys.set(name, made)
  return made
}

export function seal(table: string, row: string, column: string, text: string): string {
  const { key, context } = keyOf(table, row, column)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context)
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return prefix + sealed.toString('base64url')
}

export function open(table: string, row: string, column: string, sealed: string): string {
  const { key, context } = keyOf(table, row, column)
  const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAAD(context).setAuthTag(bytes.subarray(-16))
  return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
}
