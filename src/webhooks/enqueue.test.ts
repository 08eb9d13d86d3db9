import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { NewDelivery } from '../core/store/outbox.ts'
import type { WebhookMessage } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { createEnqueue } from './enqueue.ts'

const sentAt = Date.UTC(2026, 0, 1)
const yearMs = 365 * 86_400_000

/** The place in the order that a message gets, by what the clocks of the machine and of the store say. */
async function orderAt(machine: number, store: number): Promise<number | undefined> {
  const accepted: NewDelivery[] = []
  const outbox = {
    accept: async (deliveries: readonly NewDelivery[]) => deliveries.map((one) => accepted.push(one) > 0),
    hasAccepted: async () => false,
  }
  const enqueue = createEnqueue(outbox, async () => null, new Map(), {
    now: () => machine,
    monotonic: () => 0,
    sleep: async () => {},
  })
  const connection = { id: 'connection', owner: 'ann', client: 'calcom' } as ConnectionRow
  const message = { name: 'x', createdAt: sentAt, presupposes: [], orderingKey: 'b', identity: 'i', beganAt: null }
  const subscription = { readAt: store, events: [], client: 'calcom' } as unknown as Subscription
  await enqueue(connection, subscription, message as unknown as WebhookMessage, { text: '{}', value: {} })
  return accepted[0]?.orderAt
}

test('a message is ordered by the time that the provider gives it, though the clock of this machine is behind', async () => {
  assert.equal(await orderAt(sentAt, sentAt), sentAt)
  assert.equal(await orderAt(sentAt - yearMs, sentAt), sentAt)
  assert.equal(await orderAt(sentAt, sentAt - yearMs), sentAt)
})

test('a message from the future is ordered by its arrival', async () => {
  assert.equal(await orderAt(sentAt - yearMs, sentAt - yearMs), sentAt - yearMs + 300_000)
})
