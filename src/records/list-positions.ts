// The place in a list, as its caller keeps it. The provider's own place is an address, which names what the list is of: a
// caller who could write one could read another list with it. So a caller gets it sealed, for its list alone.

import { PunctualError } from '../core/errors.ts'
import type { Vault } from '../vault/cipher.ts'

/** Which list a position is of. */
export interface PositionedList {
  readonly connection: string
  readonly verb: string
  /** A digest of what was asked for. */
  readonly query: string
}

export interface ListPositions {
  seal(list: PositionedList, position: string): string
  /** Returns the position; `null` if the text is not one that was sealed for this list. */
  open(list: PositionedList, sealed: string): string | null
}

export function createListPositions({ vault }: { readonly vault: Vault }): ListPositions {
  // The query is a part of the content and not of the place: a key is derived for each place, and queries are many.
  const placeOf = ({ connection, verb }: PositionedList) => ({ table: 'list_positions', row: connection, column: verb })
  return {
    seal: (list, position) => vault.seal(placeOf(list), `${list.query} ${position}`),
    open(list, sealed) {
      const content = opened(() => vault.open(placeOf(list), sealed))
      return content?.startsWith(`${list.query} `) ? content.slice(list.query.length + 1) : null
    },
  }
}

function opened(open: () => string): string | null {
  try {
    return open()
  } catch (error) {
    if (error instanceof PunctualError && error.code === 'value_unreadable') return null
    throw error
  }
}
