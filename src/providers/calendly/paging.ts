// How Calendly pages its lists. `next_page` is followed as it is: its token is bound to the query as Calendly writes it, so
// an address put together by hand is answered with 400.

import { membersOf } from '../../core/json.ts'
import type { ApiAnswer, ListPage } from '../../core/provider.ts'

/** A page of `collection`. Lists without `pagination`, such as available times, are one page. */
export function paging({ json }: ApiAnswer): ListPage | null {
  const { collection, pagination } = membersOf(json)
  if (!Array.isArray(collection)) return null
  const { next_page } = membersOf(pagination)
  return { items: collection, next: typeof next_page === 'string' ? next_page : null }
}
