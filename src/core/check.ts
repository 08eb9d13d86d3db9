// What a caller hands in, checked before anything is done with it: options of known names, and an owner who is one.
// An `owner` that is there and names nobody is refused, since without an owner the question is about everybody.

import { invalidArgument } from './errors.ts'

/** @throws {PunctualError} `invalid_argument` for what is no object, or has another name in it. */
export function assertOptions(place: string, options: unknown, known: readonly string[]): asserts options is object {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument(`${place}: it takes an object with ${known.join(', ')}.`)
  const stranger = Object.keys(options).find((name) => !known.includes(name))
  if (stranger !== undefined)
    throw invalidArgument(
      `${place}: ${JSON.stringify(stranger.slice(0, 40))} is not an option. The options are ${known.join(', ')}.`,
    )
}

const longestOwner = 255

/**
 * An owner that every store writes down as it is: what a store would change could be taken for somebody else.
 *
 * @throws {PunctualError} `invalid_argument`
 */
export function assertOwner(place: string, owner: unknown): asserts owner is string {
  const isText = typeof owner === 'string' && owner.isWellFormed() && !owner.includes('\0')
  if (isText && owner.length > 0 && owner.length <= longestOwner) return
  throw invalidArgument(
    `${place}: "owner" must be the host application's id of the user or tenant: well-formed text of 1 to ${longestOwner} characters, without NUL.`,
  )
}

/**
 * An `owner` that may be left out, but not be `undefined` or empty: that is how an owner who is not known looks.
 *
 * @throws {PunctualError} `invalid_argument`
 */
export function assertOwnerIfThere(place: string, options: object): void {
  if ('owner' in options) assertOwner(place, options.owner)
}
