// The organization of a call whose caller names none: read for each call, since a stored one goes stale when the user
// moves to another.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { PunctualError } from '../../../core/errors.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import type { ListOptions, ListRequest } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { queryOf } from '../../api/parameters.ts'
import { checkShape } from '../../api/response.ts'
import { shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'

const whose = resource(once(() => shapeOf<{ current_organization: string }>({ current_organization: z.string() })))

/** Calendly's refusals for an organization that is not the user's: which one an endpoint returns is not documented. */
const refusals: readonly unknown[] = ['organization_changed', 'not_permitted']

/**
 * Makes a call with the named organization, or with the user's current one. If the current one is refused, the user may
 * have moved in between: it is read again, and if it differs, the call is sent once more.
 */
export async function withOrganization<Value>(
  api: ApiCaller,
  place: string,
  named: string | undefined,
  make: (organization: string) => Promise<Value>,
  options?: CallOptions,
): Promise<Value> {
  if (named !== undefined) return make(named)
  const found = await current()
  try {
    return await make(found)
  } catch (error) {
    if (!(error instanceof PunctualError && refusals.includes(error.reason))) throw error
    const now = await current()
    if (now === found) throw error
    return make(now)
  }

  async function current(): Promise<string> {
    const read = { place, path: '/users/me', shape: whose }
    return (await callApi(api, read, options)).current_organization
  }
}

/**
 * A list whose first page may have to wait for the organization. Until then its position is the one that it starts
 * from, or the empty text.
 */
export function listOfOrganization<Item>(
  api: ApiCaller,
  { place, path, query, item }: ListRequest<Item>,
  { from = '', ...options }: ListOptions = {},
): Pages<Item> {
  let pages: Pages<unknown> | null = null
  return {
    get position() {
      return pages ? pages.position : from
    },
    async *[Symbol.asyncIterator]() {
      const named = query.organization as string | undefined
      const begun = pages || from ? await begin() : await withOrganization(api, place, named, begin, options)
      pages = begun.pages
      try {
        for (let step = begun.first; !step.done; step = await begun.items.next())
          yield checkShape(place, item, step.value)
      } finally {
        await begun.items.return?.()
      }
    },
  }

  async function begin(organization?: string) {
    const whole = `${path}${queryOf(organization === undefined ? query : { ...query, organization })}`
    const found = pages ?? api.pages(whole, from ? { ...options, from } : options)
    const items = found[Symbol.asyncIterator]()
    return { pages: found, items, first: await items.next() }
  }
}
