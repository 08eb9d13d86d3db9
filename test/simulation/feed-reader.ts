// A reader of the feed: it asks any replica for what comes after its cursor, and keeps the cursor that comes with the
// events.

import { PunctualError } from '../../src/core/errors.ts'
import type { Random } from './random.ts'
import type { Replicas } from './replicas.ts'
import { request } from './requests.ts'
import type { World } from './world.ts'

export interface FeedReader {
  /** Asks once, unless an answer is on its way. */
  poll(): void
}

export function createFeedReader(world: World, replicas: Replicas, random: Random): FeedReader {
  const { checker, note, storeClock } = world
  let cursor: string | null = null

  async function ask(): Promise<void> {
    const up = replicas.all.filter(({ running }) => running && !running.stopping)
    const running = up.length > 0 ? random.pick(up).running : null
    if (!running) return
    const { process, punctual } = running
    const after = cursor
    await request(world, running, async () => {
      const page = await punctual.events.feed({ after, limit: random.between(1, 20) }).catch((error: unknown) => {
        const code = error instanceof PunctualError ? error.code : String(error)
        // Only a store that is away, or a clock that was set, may keep a reader from its events.
        if (code !== 'store_unavailable' && storeClock.steppedAt === null)
          checker.reportViolation('feed', `reading the feed failed with ${code}`)
        return null
      })
      // The answer to an earlier request has come in the meantime.
      if (page === null || cursor !== after) return
      cursor = page.cursor
      note(process.name, () => `reads ${page.events.length} events of the feed, up to ${page.cursor}`)
      checker.events.read(process, page.events)
      if (page.events.length > 0) void ask()
    })
  }

  return { poll: () => void ask() }
}
