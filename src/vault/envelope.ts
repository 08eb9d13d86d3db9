// The written form of a sealed value: `p1.{key id}.{base64url(nonce, ciphertext, tag)}`. There is exactly one way to
// write each value, so that a changed character is always a changed value.

/** The parts of a sealed value. */
export interface Envelope {
  readonly key: string
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

export const version = 'p1'
export const nonceLength = 12
export const tagLength = 16

export function writeEnvelope(envelope: Envelope): string {
  const bytes = Buffer.concat([envelope.nonce, envelope.ciphertext, envelope.tag])
  return `${version}.${envelope.key}.${bytes.toString('base64url')}`
}

/** Returns the parts of a sealed value; `null` when it was not written by {@link writeEnvelope}. */
export function parseEnvelope(sealed: string): Envelope | null {
  const [key, text] = [sealed.slice(3, 11), sealed.slice(12)]
  if (!sealed.startsWith(`${version}.`) || sealed[11] !== '.' || !/^[A-Za-z0-9_-]{8}$/.test(key)) return null
  const bytes = Buffer.from(text, 'base64url')
  // The decoder skips what is no base64url, and the bits of the last character that decode to nothing. Only the one right
  // way to write these bytes is the same text again.
  if (bytes.byteLength < nonceLength + tagLength || bytes.toString('base64url') !== text) return null
  return {
    key,
    nonce: bytes.subarray(0, nonceLength),
    ciphertext: bytes.subarray(nonceLength, -tagLength),
    tag: bytes.subarray(-tagLength),
  }
}
