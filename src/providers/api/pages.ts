// Lists of the model, made from lists of a provider: mapped item by item, or read in one answer.

import type { Pages } from '../../core/calls.ts'
import { valueError } from '../../core/check.ts'

/**
 * Maps each item when it is read; `null` leaves it out. The position is that of the underlying list. An item whose
 * mapping fails counts as not read: the next loop, and a list that continues from the position, begin with it.
 */
export function mapPages<Item, Mapped>(
  list: Pages<Item>,
  map: (item: Item) => Mapped | null | Promise<Mapped | null>,
): Pages<Mapped> {
  let position = list.position
  let failed: { readonly item: Item } | null = null

  async function* items(): AsyncGenerator<Item, void, undefined> {
    if (failed) yield failed.item
    yield* list
  }

  return {
    get position() {
      return position
    },
    async *[Symbol.asyncIterator]() {
      for await (const item of items()) {
        failed = { item }
        const mapped = await map(item)
        failed = null
        position = list.position
        if (mapped !== null) yield mapped
      }
      position = list.position
    },
  }
}

/**
 * A list that the provider returns in one answer. It is read when its first item is. The position is the number of items
 * that have been read.
 */
export function listAtOnce<Item>(place: string, read: () => Promise<readonly Item[]>, from = '0'): Pages<Item> {
  if (!/^\d{1,9}$/.test(from)) throw valueError(place, 'from', 'must be the `position` of an earlier iteration')
  let at = Number(from)
  let items: readonly Item[] | null = null
  return {
    get position() {
      return items && at >= items.length ? null : String(at)
    },
    async *[Symbol.asyncIterator]() {
      items ??= await read()
      while (at < items.length) yield items[at++] as Item
    },
  }
}

/** Ends a list at its first item that is beyond the end, in a list that is in order. */
export function endPages<Item>(list: Pages<Item>, isBeyond: (item: Item) => boolean): Pages<Item> {
  let hasEnded = false
  return {
    get position() {
      return hasEnded ? null : list.position
    },
    async *[Symbol.asyncIterator]() {
      if (hasEnded) return
      for await (const item of list) {
        hasEnded = isBeyond(item)
        if (hasEnded) return
        yield item
      }
    },
  }
}
