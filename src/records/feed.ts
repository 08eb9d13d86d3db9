// The feed: an event is sealed on the way in, since it is full of names and addresses, and opened for its reader.

import { PunctualError } from '../core/errors.ts'
import type { DeliveredEvent } from '../core/events.ts'
import type { FeedPage, FeedRow, FeedStore } from '../core/store/feed.ts'
import type { Store } from '../core/store/store.ts'
import type { Vault } from '../vault/cipher.ts'

export interface PublishedEvent extends Omit<FeedRow, 'body'> {
  /**
   * The event as the host application gets it.
   *
   * @throws {PunctualError} when it cannot be opened with these keys, or is damaged.
   */
  open(): DeliveredEvent
}

export interface FeedRecords {
  /** As the store's. `id`: that of the row in the outbox. */
  publish(id: string, event: DeliveredEvent): Promise<boolean>
  read(
    ...how: Parameters<FeedStore['read']>
  ): Promise<Omit<FeedPage, 'rows'> & { readonly events: readonly PublishedEvent[] }>
}

/** Where the event with that id is kept. */
export function feedPlace(event: string): { table: string; row: string; column: string } {
  return { table: 'feed', row: event, column: 'body' }
}

export function createFeedRecords({
  store: { feed },
  vault,
}: {
  readonly store: Pick<Store, 'feed'>
  readonly vault: Vault
}): FeedRecords {
  return {
    publish: (id, event) => feed.publish(id, vault.seal(feedPlace(event.id), JSON.stringify(event))),
    async read(...how) {
      const { rows, ...page } = await feed.read(...how)
      return {
        ...page,
        events: rows.map(({ body, ...facts }) => ({
          ...facts,
          open: () => parsePublished(facts.event, vault.open(feedPlace(facts.event), body)),
        })),
      }
    },
  }
}

/** Its times are texts in JSON. */
function parsePublished(id: string, text: string): DeliveredEvent {
  const event = JSON.parse(text) as DeliveredEvent
  if (event?.id !== id)
    throw new PunctualError(
      'value_unreadable',
      `The event ${id} cannot be read: it was changed in the database. Restore it from a backup.`,
      { reason: 'damaged' },
    )
  const time = (value: unknown) => (typeof value === 'string' ? new Date(value) : null)
  return Object.freeze({
    ...event,
    at: new Date(event.at),
    ...('occurredAt' in event && { occurredAt: time(event.occurredAt) }),
    ...(event.type === 'webhook.received' && { createdAt: time(event.createdAt) }),
  })
}
