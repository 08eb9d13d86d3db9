// Bugs of the feed, planted one at a time, as in `refresh-mutations.ts`.

import type { FeedRow } from '../../src/core/store/feed.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Mutation } from './mutation.ts'

/** A store that gives positions by themselves. */
type Positions = Omit<Store['feed'], 'publish'> & {
  position(): Promise<number>
  publish(id: string, body: string, position: number): Promise<boolean>
}

export const feedMutations: readonly Mutation[] = [
  {
    name: 'The position of a published event is taken before its transaction',
    violates: ['feed'],
    takesEvents: true,
    severalDestinations: true,
    wrapStore: withPositions,
    wrapOptions({ store }) {
      const feed = store.feed as unknown as Positions
      const publish = async (id: string, body: string) => feed.publish(id, body, await feed.position())
      return { store: { ...store, feed: { ...feed, publish } } }
    },
  },
]

function withPositions(store: Store): Store {
  const published = new Map<number, FeedRow>()
  let drawn = 0
  const feed: Positions = {
    ...store.feed,
    position: async () => ++drawn,
    async publish(id, body, position) {
      if (!(await store.feed.publish(id, body))) return false
      const { last } = await store.feed.read({ after: 0, limit: 1 })
      const [row] = (await store.feed.read({ after: last - 1, limit: 1 })).rows
      if (row) published.set(position, { ...row, position })
      return true
    },
    async read({ after, limit }) {
      const rows = [...published.values()].sort((a, b) => a.position - b.position)
      const page = rows.filter(({ position }) => position > after).slice(0, limit)
      const last = rows.at(-1)?.position ?? 0
      return { rows: page, readTo: page.at(-1)?.position ?? after, first: after + 1, last: Math.max(last, after) }
    },
  }
  return { ...store, feed: feed as unknown as Store['feed'] }
}
