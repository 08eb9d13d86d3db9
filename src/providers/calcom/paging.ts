// How Cal.com pages its lists: `take` and `skip`, or a cursor, on the address that was asked.

import { membersOf } from '../../core/json.ts'
import type { ApiAnswer, ListPage } from '../../core/provider.ts'

/** The generic default of `take`. */
const mostTaken = 250

/**
 * A page of `data`. Bookings say whether there is more. Webhooks take `skip` and say nothing, so a full page is followed
 * by another. Bookings of version 2026-05-01, for which a caller has to ask by its header, hand out a cursor. Other lists are
 * one page.
 */
export function paging({ json }: ApiAnswer, address: URL): ListPage | null {
  const { data, pagination } = membersOf(json)
  if (!Array.isArray(data)) return null
  const { hasNextPage, hasMore, nextCursor } = membersOf(pagination)
  if (hasMore === true && typeof nextCursor === 'string') {
    return { items: data, next: addressWith(address, 'cursor', nextCursor) }
  }
  const full = data.length === Number(address.searchParams.get('take') ?? mostTaken)
  const silent = pagination === undefined && /\/webhooks\/?$/.test(address.pathname)
  const skip = String(Number(address.searchParams.get('skip') ?? 0) + data.length)
  return { items: data, next: hasNextPage === true || (silent && full) ? addressWith(address, 'skip', skip) : null }
}

function addressWith(address: URL, name: string, value: string): string {
  const next = new URL(address)
  next.searchParams.set(name, value)
  return next.href
}
