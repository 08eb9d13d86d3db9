// The cursors of lists in the order of creation: the place of the last row of a page.

import type { Check } from '../core/check.ts'

export interface CursorPlace {
  readonly createdAt: number
  readonly id: string
}

/** The rows of one page, of which one more than `limit` was read, and where the next one begins; `null` at the end. */
export function pageOf<Row extends CursorPlace>(
  rows: readonly Row[],
  limit: number,
): { readonly page: Row[]; readonly cursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, cursor: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null }
}

/** The place that a cursor names; `undefined` for none, which is the beginning. */
export function placeOf(cursor: string | null | undefined): CursorPlace | undefined {
  return (cursor && parse(cursor)) || undefined
}

/** The cursor of an earlier page; `null` and an empty text are the beginning. */
export const isCursor: Check = (value) => {
  if (value === null || value === '') return null
  return typeof value === 'string' && parse(value) ? null : 'must be the cursor of an earlier page'
}

function parse(cursor: string): CursorPlace | null {
  const [, createdAt, id] = /^(\d{1,16})\.([\w-]{1,100})$/.exec(cursor) ?? []
  return createdAt && id ? { createdAt: Number(createdAt), id } : null
}
