// A list whose items are checked as they are taken, page after page.

import type { z } from 'zod'
import type { ApiCaller, Pages } from '../../core/calls.ts'
import type { CallOptions } from './call.ts'
import { queryOf } from './parameters.ts'
import { checkShape } from './response.ts'

/** How a list is asked for. */
export interface ListOptions extends CallOptions {
  /** Where an earlier iteration stood: its `position`. */
  readonly from?: string
}

export interface ListRequest<Item> {
  /** The function, as a message names it. */
  readonly place: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly item: z.ZodType<Item>
}

/** The items of a list. */
export function list<Item>(
  api: ApiCaller,
  { place, path, query, item }: ListRequest<Item>,
  options?: ListOptions,
): Pages<Item> {
  const pages = api.pages(`${path}${queryOf(query)}`, options)
  return {
    get position() {
      return pages.position
    },
    async *[Symbol.asyncIterator]() {
      for await (const found of pages) yield checkShape(place, item, found)
    },
  }
}
