// The booking event that a webhook tells, in one shape for all providers. It is stored with the webhook, in one
// transaction. Its key is that of the change: however often and by whichever subscription the provider tells it, it is
// one event. Its ordering key is that of the booking's chain, so that a move comes after what was moved.

import type { Client, Provider } from '../core/provider.ts'
import type { BookingChange, BookingEventType } from '../core/scheduling/provider.ts'
import { isStorable } from '../core/storable.ts'
import type { NewDelivery } from '../core/store/outbox.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import { type ChainOfInit, createChainOf } from './chain-of-change.ts'
import { digest } from './digest.ts'
import type { StoredWebhook } from './stored-webhook.ts'

/** Returns the event to be stored with that webhook; `null` if it tells of no change, or of one that nobody wants. */
export type BookingEventOf = (webhook: StoredWebhook) => Promise<NewDelivery | null>

export interface BookingEventOfInit extends ChainOfInit {
  readonly outbox: Pick<OutboxRecords, 'hasAccepted'>
  readonly clients: ReadonlyMap<string, Client>
  /** Whether the host application takes events of that type. */
  readonly isWanted: (type: BookingEventType) => boolean
}

/** Characters of a booking's id. */
const longestId = 500
/** How long a move waits for what was moved, which may be on its way. */
const moveWaitMs = 10_000
/** At the same moment, what changes a booking comes after what makes it. */
const ranks: Readonly<Record<BookingEventType, number>> = {
  'booking.requested': 0,
  'booking.created': 1,
  'booking.rescheduled': 2,
  'booking.declined': 3,
  'booking.cancelled': 3,
  'booking.no_show': 3,
  'booking.no_show_cleared': 4,
}

export function createBookingEventOf(init: BookingEventOfInit): BookingEventOf {
  const { outbox, clients, isWanted, report } = init
  const chainOf = createChainOf(init)

  /** A change of a booking waits as its webhook does; a move also waits for the booking that it moves. */
  async function waitFor({ delivery }: StoredWebhook, change: BookingChange, orderingKey: string): Promise<number> {
    const { type, replaces } = change
    const waits = type === 'booking.rescheduled' && replaces !== null
    if (!waits || (await outbox.hasAccepted(orderingKey, [replaces]))) return delivery.maxWaitMs
    return Math.max(moveWaitMs, delivery.maxWaitMs)
  }

  function read(provider: Provider, { delivery, json }: StoredWebhook): BookingChange | null {
    try {
      const change = provider.scheduling?.change(String(delivery.data.name), json) ?? null
      return change && [change.booking, change.replaces ?? 'none'].every((id) => isStorable(id, longestId))
        ? change
        : null
    } catch (error) {
      // A mistake in a definition must not refuse the webhook.
      report.fault(error)
      return null
    }
  }

  return async (webhook) => {
    const { connection, delivery } = webhook
    const provider = clients.get(connection.client)?.provider
    const change = provider ? read(provider, webhook) : null
    if (!provider || !change) return null
    const chain = await chainOf(webhook, provider, change)
    if (!isWanted(change.type)) return null
    const { type, booking, replaces, version } = change
    const orderingKey = digest([connection.id, chain])
    return {
      ...delivery,
      type,
      key: `chg_${digest([provider.name, connection.id, type, booking, version]).slice(0, 22)}`,
      orderingKey,
      orderAt: delivery.orderAt + ranks[type],
      data: { ...delivery.data, booking, replaces, chain },
      maxWaitMs: await waitFor(webhook, change, orderingKey),
    }
  }
}
