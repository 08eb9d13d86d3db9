// Checks what a caller passes in: the options and arguments of the whole public surface. Every error has one format:
// the place, what is wrong, what to do. No sentence repeats a value that may be a secret.

import { type ErrorDetails, PunctualError } from './errors.ts'
import { isSafeAddress } from './loopback.ts'
import { hostOf, isMetadataAddress } from './public-address.ts'

/**
 * Returns what is wrong with a value; `null` if it is right. The text completes a sentence that begins with the value's
 * name. A text that begins with `[` or `.` extends the name: `[0] must be …`. `isGiven`: whether the caller has given
 * the name at all.
 */
export type Check = (value: unknown, isGiven: boolean) => string | null

/** One check for each option of the interface. The compiler reports an option without a check, and the reverse. */
export type Checks<Options> = { readonly [Name in keyof Options]-?: Check }

/** Returns an `invalid_argument` error. `place` is the function. The sentence says what is wrong and what to do. */
export function argumentError(place: string, sentence: string, details?: ArgumentDetails): PunctualError {
  const end = /[.!?]$/.test(sentence) ? '' : '.'
  return new PunctualError('invalid_argument', `${place}: ${sentence}${end}`, details)
}

type ArgumentDetails = Pick<ErrorDetails<'invalid_argument'>, 'reason' | 'replacedBy'>

/** Returns the error for one value: `begin: owner must be …`. */
export function valueError(place: string, name: string, problem: string, details?: ArgumentDetails): PunctualError {
  return argumentError(place, nameWith(name, problem), details)
}

/**
 * Checks one argument.
 *
 * @throws {PunctualError} `invalid_argument`
 */
export function checkValue(place: string, name: string, value: unknown, check: Check): void {
  const problem = check(value, true)
  if (problem !== null) throw valueError(place, name, problem)
}

/**
 * Checks that the options are an object without unknown names, and checks each value. `within` is the name of the
 * option that holds this object.
 *
 * @throws {PunctualError} `invalid_argument` for the first mistake.
 */
export function checkOptions<Options>(
  place: string,
  options: unknown,
  checks: Checks<Options>,
  within = '',
): asserts options is Options {
  const problem = within === '' ? wrongOptions(options, checks) : object(checks)(options, true)
  if (problem !== null) throw within === '' ? argumentError(place, problem) : valueError(place, within, problem)
}

/** An object with these options and no others. */
export function object<Options>(checks: Checks<Options>): Check {
  return (value) => {
    const problem = wrongOptions(value, checks)
    if (problem === null) return null
    return isObject(value) ? `.${problem}` : `must be an object with ${namesOf(checks)}`
  }
}

/** May be left out or be `undefined`. */
export function optional(check: Check): Check {
  return (value, isGiven) => (value === undefined ? null : check(value, isGiven))
}

/** May be left out. If it is given, it is checked, even if it is `undefined`. */
export function ifGiven(check: Check): Check {
  return (value, isGiven) => (isGiven ? check(value, isGiven) : null)
}

/** Accepts any value: it is checked elsewhere. */
export const anything: Check = () => null

const longestOwner = 255

/**
 * An owner that every store keeps exactly as given: a changed one could be confused with another owner. Where the owner
 * may be left out, use `ifGiven` and not `optional`: an `undefined` owner is a mistake of the caller, not "all owners".
 */
export const owner: Check = (value) => {
  const isText = typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
  if (isText && value.trim() !== '' && value.length <= longestOwner) return null
  return `must be the host application's id of the user or tenant: well-formed text of 1 to ${longestOwner} characters, not of white space alone, without NUL`
}

/** A text without white space around it or control characters in it. */
export const text: Check = (value) => {
  if (value === undefined) return 'is undefined. Give a text that is not empty'
  if (typeof value !== 'string' || value === '') return 'must be a text that is not empty'
  if (value !== value.trim()) return 'has white space around it. Remove it'
  return /\p{Cc}/u.test(value) ? 'has a line break or another control character in it. Remove it' : null
}

/** A name that needs no escaping in an address. */
export const name: Check = (value) =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(value)
    ? null
    : 'must be lower-case letters, digits, "_" and "-", and begin with a letter or a digit'

export const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false')

export const signal: Check = (value) =>
  value === null || value instanceof AbortSignal ? null : 'must be an AbortSignal'

/** A function; `what` says more about it, such as `of the path`. */
export function func(what = ''): Check {
  return (value) => (typeof value === 'function' ? null : `must be a function${what && ` ${what}`}`)
}

export function oneOf(...words: readonly string[]): Check {
  const quoted = words.map((word) => `"${word}"`)
  const last = quoted.pop()
  const all = quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last
  return (value) => (words.includes(value as string) ? null : `must be ${all}`)
}

/** A whole number; `unit` such as `milliseconds`. */
export function whole(least: number, most: number, unit = ''): Check {
  const must = `must be a whole number${unit && ` of ${unit}`} from ${least} to ${most}`
  return (value) => (Number.isInteger(value) && Number(value) >= least && Number(value) <= most ? null : must)
}

/** A number; `unit` such as `milliseconds`. */
export function amount(least: number, most: number = Number.POSITIVE_INFINITY, unit = ''): Check {
  const range = most === Number.POSITIVE_INFINITY ? `, ${least} or more` : ` from ${least} to ${most}`
  const must = `must be a number${unit && ` of ${unit}`}${range}`
  return (value) => (typeof value === 'number' && value >= least && value <= most ? null : must)
}

/** A finite number above zero. */
export const positive: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? null : 'must be a number above zero'

/** A list of `what`, each of which passes the check. */
export function list(what: string, check: Check, { least = 0 }: { readonly least?: number } = {}): Check {
  return (value) => {
    if (!Array.isArray(value)) return `must be a list of ${what}`
    if (value.length < least) return `is empty. List at least one of ${what}`
    for (const [index, item] of Array.from<unknown>(value).entries()) {
      const problem = check(item, true)
      if (problem !== null) return nameWith(`[${index}]`, problem)
    }
    return null
  }
}

/** An https address, or http on loopback, without credentials and fragment. */
export const address: Check = (value) => {
  const url = typeof value === 'string' || value instanceof URL ? URL.parse(value) : null
  if (!url) return 'must be a whole address, such as https://auth.example.com'
  if (!isSafeAddress(url)) return 'must be https. Plain http is for localhost, 127.0.0.1 and [::1]'
  if (isMetadataAddress(hostOf(url))) return 'must not be an address of metadata services'
  if (url.username || url.password) return 'must not have a user name or a password in it'
  return url.href.includes('#') ? 'must not have a fragment' : null
}

/** An address that paths are added to. */
export const baseAddress: Check = (value, isGiven) =>
  address(value, isGiven) ?? (String(value).includes('?') ? 'must not have a query' : null)

/** A scope as RFC 6749, section 3.3, spells it. */
export const scope: Check = (value) =>
  typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
    ? null
    : 'must be one scope: a text without white space'

/** Returns the value as part of a sentence, shortened. Only for values of the caller that hold no secret. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : `a value of the type ${typeof value}`
}

function wrongOptions<Options>(options: unknown, checks: Checks<Options>): string | null {
  if (!isObject(options)) return `the argument must be an object with ${namesOf(checks)}`
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(checks, key))
  if (unknown !== undefined) return `${unknown.slice(0, 40)} is not an option. The options are ${namesOf(checks)}`
  // Without a list of entries: this runs for every call of the API.
  for (const key in checks) {
    const problem = checks[key]((options as Record<string, unknown>)[key], key in options)
    if (problem !== null) return nameWith(key, problem)
  }
  return null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function namesOf(checks: object): string {
  return Object.keys(checks).join(', ')
}

function nameWith(key: string, problem: string): string {
  return /^[[.]/.test(problem) ? `${key}${problem}` : `${key} ${problem}`
}
