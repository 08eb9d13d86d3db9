// How Cal.com pages its lists: `take` and `skip`, on the address that was asked.

import type { ApiAnswer, ListPage } from '../../core/provider.ts'
import { membersOf } from '../answers.ts'

/** The generic default of `take`. */
const mostTaken = 250

/**
 * A page of `data`. Bookings say whether there is more. Webhooks take `skip` and say nothing, so a full page is followed
 * by another. Other lists are one page.
 */
export function paging({ json }: ApiAnswer, address: URL): ListPage | null {
  const { data, pagination } = membersOf(json)
  if (!Array.isArray(data)) return null
  const { hasNextPage } = membersOf(pagination)
  const full = data.length === Number(address.searchParams.get('take') ?? mostTaken)
  const silent = pagination === undefined && /\/webhooks\/?$/.test(address.pathname)
  return { items: data, next: hasNextPage === true || (silent && full) ? addressAfter(address, data.length) : null }
}

function addressAfter(address: URL, taken: number): string {
  const next = new URL(address)
  next.searchParams.set('skip', String(Number(address.searchParams.get('skip') ?? 0) + taken))
  return next.href
}
