// Lists of the model, made from a provider's lists: filtered here too, so that a filter means the same everywhere, and
// finished in batches. A batch is at most as long as what has been read before it, so that a caller who takes one item
// causes no more requests than that item needs.

import type { Pages } from '../core/calls.ts'

const longestBatch = 64

export interface ListSteps<Told, Item> {
  /** Reads the next item. */
  read<Result>(next: () => Promise<Result>): Promise<Result>
  /** Whether the item belongs to the list; `end`: neither it nor any later one does. */
  keep(told: Told): boolean | 'end'
  /** Returns what becomes of the items, in the same order. */
  finish(batch: readonly Told[]): Promise<readonly Item[]>
}

interface ReadItem<Item> {
  readonly item: Item
  /** The list's position after it. */
  readonly position: string | null
}

/** Returns the items that belong to the list. All iterations share one place, as those of the provider's list do. */
export function finishedList<Told, Item>(
  told: Pages<Told>,
  { read, keep, finish }: ListSteps<Told, Item>,
): Pages<Item> {
  let source = told[Symbol.asyncIterator]()
  let unfinished: ReadItem<Told>[] = []
  let ready: ReadItem<Item>[] = []
  let position = told.position
  let length = 1
  let ended = false
  let loading: Promise<void> | null = null

  async function readBatch(): Promise<void> {
    while (unfinished.length < length && !ended) {
      const { done, value } = await read(() => source.next())
      const kept = done ? 'end' : keep(value)
      if (kept === 'end') ended = true
      else if (kept) unfinished.push({ item: value as Told, position: told.position })
    }
  }

  /** Makes the next items ready. What was read before a failure comes first: the failure comes again when it is reached. */
  async function load(): Promise<void> {
    try {
      await readBatch()
    } catch (error) {
      source = told[Symbol.asyncIterator]()
      if (unfinished.length === 0) throw error
    }
    const items = await finish(unfinished.map(({ item }) => item))
    ready = items.map((item, index) => ({ item, position: unfinished[index]?.position ?? null }))
    unfinished = []
    length = Math.min(2 * length, longestBatch)
    if (ended && ready.length === 0) position = null
  }

  async function* iterate(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      for (let next = ready.shift(); next; next = ready.shift()) {
        position = ended && ready.length === 0 ? null : next.position
        yield next.item
      }
      if (ended) return
      loading ??= load().finally(() => {
        loading = null
      })
      await loading
    }
  }

  return Object.freeze({
    [Symbol.asyncIterator]: iterate,
    get position() {
      return position
    },
  })
}
