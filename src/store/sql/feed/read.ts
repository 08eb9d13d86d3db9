// Reading the feed. One statement finds the next positions together with the ends of the feed, so that both are of one
// moment; a second one reads the events that the caller wants.

import { type FeedStore, feedWindow } from '../../../core/store/feed.ts'
import type { Database, Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'

interface Window {
  readonly after: number
  readonly count: number
}

export function readStatements(engine: Engine): Pick<FeedStore, 'read'> {
  const next = (db: Database, { after, count }: Placeholders<Window>) =>
    db.selectFrom('feed').select(['position', 'type']).where('position', '>', after).orderBy('position').limit(count)
  const look = (
    choose: (db: Database, values: Placeholders<Window & { readonly owner: string }>) => ReturnType<typeof next>,
  ) =>
    statement(engine, (db, values: Placeholders<Window & { readonly owner: string }>) =>
      db
        .selectFrom(
          db
            .selectFrom('feed_end')
            .select('position as last')
            .select(({ selectFrom }) =>
              selectFrom('feed').select('feed.position').orderBy('feed.position').limit(1).as('first'),
            )
            .where('id', '=', 1)
            .as('ends'),
        )
        .leftJoin(choose(db, values).as('found'), (join) => join.onTrue())
        .select(['ends.first', 'ends.last', 'found.position', 'found.type'])
        .orderBy('found.position')
        .limit(values.count),
    )
  const ofAll = look(next)
  const ofOwner = look((db, values) => next(db, values).where('owner', '=', values.owner))
  return {
    async read({ after, limit, owner, types }) {
      const count = types ? feedWindow : limit
      const seen = await (owner === undefined
        ? ofAll.all({ after, count, owner: '' })
        : ofOwner.all({ after, count, owner }))
      const { first = null, last = after } = seen[0] ?? {}
      const all = seen.flatMap(({ position, type }) => (position === null ? [] : { position, type: type ?? '' }))
      const found = all.filter(({ type }) => types?.includes(type) ?? true).slice(0, limit)
      const rows =
        found.length === 0
          ? []
          : await engine.db
              .selectFrom('feed')
              .select(['position', 'event', 'type', 'owner', 'body'])
              .where(
                'position',
                'in',
                found.map(({ position }) => position),
              )
              .orderBy('position')
              .execute()
      const isAtEnd = found.length < limit && all.length < count
      const stoppedAt = (found.length < limit ? all : found).at(-1)?.position ?? after
      return { rows: rows.map((row) => ({ ...row })), readTo: isAtEnd ? Math.max(after, last) : stoppedAt, first, last }
    },
  }
}
