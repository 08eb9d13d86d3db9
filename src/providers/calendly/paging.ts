// How Calendly pages its lists. `next_page` is followed as it is: its token is bound to the query as Calendly writes
// it, so Calendly answers 400 to an address that is put together by hand.

import { membersOf } from '../../core/json.ts'
import type { ApiAnswer, ListPage } from '../../core/provider.ts'

/** Reads a page of `collection`. Lists without `pagination`, such as available times, have one page. */
export function paging({ json }: ApiAnswer): ListPage | null {
  const { collection, pagination } = membersOf(json)
  if (!Array.isArray(collection)) return null
  const { next_page } = membersOf(pagination)
  return { items: collection, next: typeof next_page === 'string' ? next_page : null }
}
