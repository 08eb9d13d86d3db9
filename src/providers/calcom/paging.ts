// How Cal.com pages its lists: `take` and `skip`, or a cursor, on the address of the request.

import { membersOf } from '../../core/json.ts'
import type { ApiAnswer, ListPage } from '../../core/provider.ts'

/** The generic default of `take`. */
const defaultTake = 250

/**
 * Reads a page of `data`. Bookings say whether there is more. Webhooks take `skip` and say nothing, so a full page
 * means that another may follow. Bookings of version 2026-05-01, which a caller requests by a header, return a cursor.
 * Other lists have one page.
 */
export function paging({ json }: ApiAnswer, address: URL): ListPage | null {
  const { data, pagination } = membersOf(json)
  if (!Array.isArray(data)) return null
  const { hasNextPage, hasMore, nextCursor } = membersOf(pagination)
  if (hasMore === true && typeof nextCursor === 'string') {
    return { items: data, next: addressWith(address, 'cursor', nextCursor) }
  }
  const isFull = data.length === Number(address.searchParams.get('take') ?? defaultTake)
  const saysNothing = pagination === undefined && /\/webhooks\/?$/.test(address.pathname)
  const skip = String(Number(address.searchParams.get('skip') ?? 0) + data.length)
  return {
    items: data,
    next: hasNextPage === true || (saysNothing && isFull) ? addressWith(address, 'skip', skip) : null,
  }
}

function addressWith(address: URL, name: string, value: string): string {
  const next = new URL(address)
  next.searchParams.set(name, value)
  return next.href
}
