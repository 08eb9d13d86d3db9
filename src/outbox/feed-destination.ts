// The feed as a destination: its address is the store. What is published is done.

import type { FeedRecords } from '../records/feed.ts'
import type { EventHandler } from './call-handler.ts'

/** Returns a handler that publishes each event. */
export function feedDestination(feed: Pick<FeedRecords, 'publish'>): EventHandler {
  // Whatever it returns, the event is published: now, or by a dispatch that was thought to have failed.
  return async (event, _, row) => void (await feed.publish(row, event))
}
