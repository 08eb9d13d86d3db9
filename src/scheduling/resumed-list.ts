// Lists that their caller can continue. A position is sealed for its connection, its verb and its query: another one is
// refused before anything is sent.

import type { Pages } from '../core/calls.ts'
import { valueError } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { VerbListOptions } from '../core/scheduling/requests.ts'
import type { PositionedList } from '../records/list-positions.ts'
import { digestOf } from './booking-key.ts'
import { mustBePosition } from './options.ts'
import type { Target } from './target.ts'

/**
 * Returns the list that `begin` makes, from the position that the caller gave.
 *
 * @throws {PunctualError} `invalid_argument` for a position of another list.
 */
export function resumedList<Item>(
  { connection, positions }: Pick<Target, 'connection' | 'positions'>,
  { verb, query, options }: { verb: string; query: object; options: VerbListOptions | undefined },
  begin: (from?: string) => Pages<Item>,
): Pages<Item> {
  const list: PositionedList = { connection, verb, query: digestOf(query) }
  const given = options?.from
  const found = given === undefined ? begin() : beginAt(verb, positions.open(list, given), begin)
  /** A value is sealed in another way each time; one position is one text. */
  let sealed: { readonly position: string; readonly text: string } | null = null
  return Object.freeze({
    [Symbol.asyncIterator]: () => found[Symbol.asyncIterator](),
    get position() {
      const { position } = found
      if (position === null) return null
      if (sealed?.position !== position) sealed = { position, text: positions.seal(list, position) }
      return sealed.text
    },
  })
}

/** What was sealed may be of an address of the provider that has changed since. */
function beginAt<List>(verb: string, from: string | null, begin: (from: string) => List): List {
  const wrong = () => valueError(verb, 'options.from', mustBePosition)
  if (from === null) throw wrong()
  try {
    return begin(from)
  } catch (error) {
    throw error instanceof PunctualError && error.code === 'invalid_argument' ? wrong() : error
  }
}
