// The cryptography of the providers: digests, comparison, PKCE S256 and HS256 tokens.
// All of it is synchronous, so that nothing can happen between a check and its commit.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** SHA-256 as lower-case hex: how the sandbox keeps secrets, codes and tokens. */
export function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

/** Whether the two digests are the same, compared in constant time. */
export function sameDigest(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** The S256 code challenge of a code verifier. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** Bytes as base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Sixteen bytes as a version 4 UUID. */
export function uuid(bytes: Uint8Array): string {
  const copy = Uint8Array.from(bytes.subarray(0, 16))
  copy[6] = ((copy[6] ?? 0) & 0x0f) | 0x40
  copy[8] = ((copy[8] ?? 0) & 0x3f) | 0x80
  return hex(copy).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A JWT signed with HS256; members that are `undefined` are absent. */
export function signToken(header: object, claims: object, key: string): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

/** Returns the claims of a JWT if its signature holds, or null; does not check its time. */
export function openToken(token: string, key: string): Record<string, unknown> | null {
  const [header, claims, signature, ...rest] = token.split('.')
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) return null
  const wanted = createHmac('sha256', key).update(`${header}.${claims}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
