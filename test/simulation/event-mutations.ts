// The classic bugs of an outbox and of incoming webhooks, planted one at a time, as in `refresh-mutations.ts`.

import type { Client } from '../../src/core/provider.ts'
import type { BookingChange } from '../../src/core/scheduling/provider.ts'
import type { NewDelivery, OutboxRow } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import { inOutbox, type Mutation } from './mutation.ts'

const planted: readonly Mutation[] = [
  {
    name: 'An event is acknowledged before it is dispatched',
    violates: ['delivered'],
    wrapOptions: inOutbox((outbox) => ({
      async take(...how) {
        const rows = await outbox.take(...how)
        await Promise.allSettled(rows.map(({ id }) => outbox.acknowledge(id)))
        return rows
      },
    })),
  },
  {
    name: 'An event is leased even if an earlier one is pending',
    violates: ['one_at_a_time', 'delivered'],
    wrapStore: inAnyOrder,
  },
  {
    name: 'An event is written after its change, not with it',
    violates: ['delivered'],
    wrapOptions: ({ store }) => ({ store: writtenAfterwards(store) }),
  },
  {
    name: 'The lease of an event is shorter than the deadline of its handler',
    violates: ['one_at_a_time', 'delivered'],
    wrapOptions: inOutbox((outbox) => ({
      take: (owner, limit, _, ...rest) => outbox.take(owner, limit, 5000, ...rest),
    })),
  },
  {
    name: 'The events of a process that ended stay leased to it',
    violates: ['delivered'],
    wrapOptions: inOutbox((outbox) => ({
      take: (owner, limit, _, ...rest) => outbox.take(owner, limit, 80_000_000, ...rest),
    })),
  },
  {
    name: 'An acknowledgement that the store did not take counts as recorded',
    frequentScenario: 'book',
    violates: ['acknowledged', 'delivered'],
    wrapOptions: inOutbox((outbox) => ({
      acknowledge: (id) => outbox.acknowledge(id).catch(() => true),
      take: (...how) =>
        outbox.take(...how).catch((error) => {
          if (how[4]?.length) return []
          throw error
        }),
    })),
  },
  {
    name: 'A delivery is identified by its arrival, not by its content',
    violates: ['delivered'],
    replaceClient: (client) => knownByComing(client),
  },
  {
    name: 'A delivery is answered before it is stored',
    frequentScenario: 'book',
    violates: ['delivered'],
    wrapOptions: inOutbox((outbox) => ({
      async accept(deliveries) {
        void outbox.accept(deliveries).catch(() => {})
        return deliveries.map(() => true)
      },
    })),
  },
  {
    name: 'Deliveries about one booking are dispatched in the order of their arrival',
    violates: ['delivered', 'one_at_a_time'],
    wrapOptions: inOutbox((outbox) => ({
      accept: (deliveries) =>
        outbox.accept(deliveries.map((delivery) => ({ ...delivery, orderingKey: delivery.key, maxWaitMs: 0 }))),
    })),
  },
  {
    name: 'A booking event is written after its webhook, not with it',
    frequentScenario: 'book',
    violates: ['delivered'],
    wrapOptions: inOutbox((outbox) => ({
      async accept([webhook, ...bookingEvents]) {
        const accepted = await outbox.accept(webhook ? [webhook] : [])
        void outbox.accept(bookingEvents).catch(() => {})
        return [...accepted, ...bookingEvents.map(() => true)]
      },
    })),
  },
  {
    name: 'The key of a booking event lacks the version of the change',
    frequentScenario: 'book',
    violates: ['delivered'],
    replaceClient: changedBy((change) => ({ ...change, version: '' })),
  },
  {
    name: 'A booking event is identified by its arrival, not by its change',
    frequentScenario: 'book',
    violates: ['delivered'],
    replaceClient: changedBy((change, came) => ({ ...change, version: `${change.version} ${came}` })),
  },
  {
    name: 'The events of a moved booking are ordered by its id, not by its chain',
    frequentScenario: 'book',
    violates: ['delivered', 'one_at_a_time'],
    wrapOptions: inOutbox((outbox) => ({
      accept: (deliveries) =>
        outbox.accept(
          deliveries.map((delivery) => {
            const { booking } = delivery.data
            return booking === undefined ? delivery : { ...delivery, orderingKey: String(booking) }
          }),
        ),
    })),
  },
]

export const eventMutations: readonly Mutation[] = planted.map((mutation) => ({ ...mutation, takesEvents: true }))

/** An outbox that leases each event by itself. */
function inAnyOrder(store: Store): Store {
  const { outbox } = store
  const due = new Map<string, number>()
  const attempts = new Map<string, number>()
  async function pending(): Promise<OutboxRow[]> {
    const rows = await outbox.list({ state: 'pending', limit: 1000 })
    return rows.reverse().map((row) => ({ ...row, dueAt: Math.max(row.dueAt, due.get(row.id) ?? 0) }))
  }
  return {
    ...store,
    outbox: {
      ...outbox,
      async take(_, limit, lease, __, done = []) {
        for (const id of done) await outbox.acknowledge(id)
        const taken = (await pending()).filter(({ dueAt, readAt }) => dueAt <= readAt).slice(0, limit)
        return taken.map((row) => {
          due.set(row.id, row.readAt + lease)
          attempts.set(row.id, (attempts.get(row.id) ?? 0) + 1)
          return { ...row, attempts: attempts.get(row.id) ?? 1 }
        })
      },
      async fail(id, _, __, retryIn) {
        const row = await outbox.get(id)
        if (row) due.set(id, row.readAt + (retryIn ?? Number.POSITIVE_INFINITY))
        return row !== null
      },
      async nextDue() {
        const waits = (await pending()).map(({ dueAt, readAt }) => Math.max(0, dueAt - readAt))
        return waits.length > 0 ? Math.min(...waits) : null
      },
    },
  }
}

/** Refreshes are reported in a step of their own. */
function writtenAfterwards({ announce, ...store }: Store): Store {
  const { grants, connections, outbox } = store
  return {
    ...store,
    announce: (types) => announce(types.filter((type) => type !== 'connection.renewed')),
    grants: {
      ...grants,
      async commit(id, generation, ...rest) {
        const before = await grants.get(id)
        if (!(await grants.commit(id, generation, ...rest))) return false
        if (before?.status !== 'live') return true
        for (const row of await connections.onGrant(id)) {
          const renewed: NewDelivery = {
            type: 'connection.renewed',
            orderingKey: row.id,
            connection: row.id,
            owner: row.owner,
            client: row.client,
            data: { generation: generation + 1 },
            orderAt: before.readAt,
            maxWaitMs: 0,
            key: `${row.id} ${generation}`,
            body: null as never,
          }
          await outbox.accept([renewed])
        }
        return true
      },
    },
  }
}

function knownByComing(client: Client): Client {
  const { webhooks } = client.provider
  if (!webhooks) return client
  let came = 0
  return {
    ...client,
    provider: {
      ...client.provider,
      webhooks: {
        ...webhooks,
        read(body) {
          const message = webhooks.read(body)
          return message && { ...message, identity: `${message.identity} ${++came}` }
        },
      },
    },
  }
}

/** A client whose provider tells its changes otherwise; `came` counts the messages. */
function changedBy(change: (told: BookingChange, came: number) => BookingChange): (client: Client) => Client {
  return (client) => {
    const { scheduling } = client.provider
    if (!scheduling) return client
    let came = 0
    return {
      ...client,
      provider: {
        ...client.provider,
        scheduling: {
          ...scheduling,
          change(name, body) {
            const told = scheduling.change(name, body)
            return told && change(told, ++came)
          },
        },
      },
    }
  }
}
