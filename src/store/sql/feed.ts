// The published events. A position is taken in the transaction that stores its event: the row of `feed_end` stays locked
// until the commit, so that positions become visible in their order.

import type { FeedStore } from '../../core/store/feed.ts'
import type { Engine } from './engine/engine.ts'
import { publishStatement } from './feed/publish.ts'
import { readStatements } from './feed/read.ts'
import { sweepFeed } from './feed/sweep.ts'

export function feed(engine: Engine): FeedStore {
  return {
    ...publishStatement(engine),
    ...readStatements(engine),
    sweep: (ageMs, limit) => sweepFeed(engine, ageMs, limit),
  }
}
