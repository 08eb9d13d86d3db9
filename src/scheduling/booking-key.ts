// The key of a change and its request, as digests: the same key and the same request, in any spelling, give the same ones.

import { hash } from 'node:crypto'

import { type Check, checkValue } from '../core/check.ts'
import type { BookingVerb } from '../core/store/booking-keys.ts'

export interface ChangeKey {
  /** A digest: what the store keeps of it. */
  readonly digest: string
  /** Whether it was derived from the change, because the caller gave none. Refusals of such a key are not kept. */
  readonly isDerived: boolean
}

const longestKey = 255

/** A key that every store and every process reads in the same way. */
const key: Check = (value) => {
  const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
  if (isText && value.length > 0 && value.length <= longestKey) return null
  return `must be your own name for this change: well-formed text of 1 to ${longestKey} characters, without NUL`
}

/** @throws {PunctualError} `invalid_argument` */
export function givenKey(place: string, value: unknown): ChangeKey {
  checkValue(place, 'key', value, key)
  return { digest: digestOf(value), isDerived: false }
}

/** Returns the key of a change for which the caller gave none. No key of a caller is the same: those have no NUL. */
export function derivedKey(verb: BookingVerb, target: unknown): ChangeKey {
  return { digest: digestOf(`\0${verb}\0${canonical(target)}`), isDerived: true }
}

/** What a provider keeps with a booking, so that the booking of a key is found exactly. It tells nothing about the key. */
export function markOf(connection: string, { digest }: ChangeKey): string {
  return digestOf(`${connection}\n${digest}`)
}

/** Returns a digest of a request. What is left out, or `undefined`, makes no difference; neither does the order of names. */
export function digestOf(value: unknown): string {
  return hash('sha256', typeof value === 'string' ? value : canonical(value), 'base64url')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}
