// A list whose items are checked one by one as they are read, page after page.

import { callOptionChecks } from '../../core/call-options.ts'
import type { ApiCaller, Pages } from '../../core/calls.ts'
import { anything, type Checks, checkOptions } from '../../core/check.ts'
import { unlessEndedByCaller } from '../../core/ended-by-caller.ts'
import type { CallOptions } from './call.ts'
import { queryOf } from './parameters.ts'
import { checkShape } from './response.ts'
import type { Schema } from './shape.ts'

/** How a list is requested. */
export interface ListOptions extends CallOptions {
  /** The `position` of an earlier iteration, to continue there. */
  readonly from?: string
}

const listOptionChecks: Checks<ListOptions> = { ...callOptionChecks, from: anything }

export interface ListRequest<Item> {
  /** The function, as a message names it. */
  readonly place: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly item: Schema<Item>
}

/** Returns the items of a list. */
export function list<Item>(
  api: ApiCaller,
  { place, path, query, item }: ListRequest<Item>,
  options: ListOptions = {},
): Pages<Item> {
  checkOptions(place, options, listOptionChecks, 'options')
  const pages = api.pages(`${path}${queryOf(query)}`, options)
  return {
    get position() {
      return pages.position
    },
    async *[Symbol.asyncIterator]() {
      try {
        for await (const found of pages) yield checkShape(place, item, found)
      } catch (error) {
        throw unlessEndedByCaller(place, options.signal, error)
      }
    },
  }
}
