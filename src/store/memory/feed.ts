// The published events, in memory.

import { type FeedStore, feedWindow, oldUpTo } from '../../core/store/feed.ts'
import { isSteady } from './engine/sweep-clock.ts'
import type { Now, Tables } from './engine/tables.ts'
import { finish } from './outbox/outcome.ts'
import { findEvent, publicIdOf } from './outbox/row.ts'

export function feed(tables: Tables, now: Now): FeedStore {
  const table = tables.feed
  return {
    async publish(id, body) {
      const createdAt = now()
      const event = findEvent(tables, id)
      if (!event || !finish(tables, createdAt, id)) return false
      const { type, owner } = event
      const position = table.drawn + 1
      table.drawn = position
      table.rows.set(position, { position, event: publicIdOf(event), type, owner, body, createdAt })
      return true
    },
    async read({ after, limit, owner, types }) {
      now()
      const [first = null] = table.rows.keys()
      const all = [...table.rows.values()]
        .filter(({ position }) => position > after)
        .filter((row) => owner === undefined || row.owner === owner)
      const seen = all.slice(0, types ? feedWindow : limit)
      const found = seen.filter(({ type }) => types?.includes(type) ?? true).slice(0, limit)
      const isAtEnd = found.length < limit && seen.length === all.length
      const stoppedAt = (found.length < limit ? seen : found).at(-1)?.position ?? after
      const rows = found.map(({ createdAt: _, ...row }) => row)
      return { rows, readTo: isAtEnd ? Math.max(after, table.drawn) : stoppedAt, first, last: table.drawn }
    },
    async sweep(ageMs, limit) {
      const at = now()
      if (!isSteady(tables, 'feed', at)) return 0
      const first = [...table.rows.values()].slice(0, limit)
      const upTo = oldUpTo(first, at, Math.round(ageMs)) ?? 0
      const old = first.filter(({ position }) => position <= upTo)
      for (const { position } of old) table.rows.delete(position)
      return old.length
    },
  }
}
