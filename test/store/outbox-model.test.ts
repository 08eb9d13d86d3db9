// The outbox, the subscriptions and the bookings: SQLite against the model. The simulation (test/simulation/) uses the memory store
// alone; this test and the store contract bridge what it shows to SQLite and Postgres.

import { test } from 'node:test'
import fc from 'fast-check'
import type { BookingKeyState } from '../../src/core/store/booking-keys.ts'
import type { OutboxRow } from '../../src/core/store/outbox.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { SubscriptionState } from '../../src/core/store/subscriptions.ts'
import { bookingKey, bookingLink, delivery, freed, subscription } from './fixtures.ts'
import { does, sameAsModel } from './same-as-model.ts'

const key = fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8')
const orderingKey = fc.constantFrom('one', 'two')
const connectionOrNull = fc.constantFrom('c1', 'c2', null)
const exceptConnections = fc.subarray(['c1', 'c2'], { maxLength: 1 })
const orderAt = fc.integer({ min: 1, max: 4 })
const destination = fc.constantFrom('', '', 'crm', 'feed')
const worker = fc.constantFrom('v', 'w')
const ms = fc.integer({ min: 0, max: 40_000 })
const msOrNull = fc.option(ms)
/** The place of an event, counted from the newest. */
const place = fc.nat({ max: 5 })
const state = fc.constantFrom('pending', 'done', 'dead', undefined)

async function idAt({ outbox }: Store, place: number): Promise<string> {
  const rows = await outbox.list({ limit: 100 })
  return rows.at(place % Math.max(1, rows.length))?.id ?? 'none'
}

/** The rows without their ids, since an engine may skip numbers. */
async function nameless(rows: Promise<OutboxRow[]>): Promise<unknown> {
  return (await rows).map(({ id: _, event: __, ...facts }) => facts)
}

const outboxOperations = fc.oneof(
  {
    arbitrary: does(
      'accept',
      [key, orderingKey, connectionOrNull, orderAt, msOrNull],
      ({ outbox }, key, orderingKey, connection, orderAt, ms) =>
        outbox.accept([delivery(key, { orderingKey, connection, orderAt, maxWaitMs: ms ?? 0 })]),
    ),
    weight: 5,
  },
  does('accept several', [fc.array(fc.tuple(key, orderingKey, orderAt, ms), { maxLength: 4 })], ({ outbox }, several) =>
    outbox.accept(
      several.map(([key, orderingKey, orderAt, maxWaitMs]) => delivery(key, { orderingKey, orderAt, maxWaitMs })),
    ),
  ),
  // The limit exceeds the number of ordering keys, since the model does not define which due event comes first.
  {
    arbitrary: does(
      'take',
      [worker, ms, exceptConnections, destination],
      ({ outbox }, owner, leaseMs, except, destination) =>
        nameless(outbox.take(owner, 5, leaseMs, except, [], destination)),
    ),
    weight: 5,
  },
  does('acknowledge', [place], async (store, place) => store.outbox.acknowledge(await idAt(store, place))),
  {
    arbitrary: does('fail', [place, worker, msOrNull], async (store, place, owner, retryIn) =>
      store.outbox.fail(await idAt(store, place), owner, 'no', retryIn),
    ),
    weight: 2,
  },
  does('replay', [place], async (store, place) => store.outbox.replay(await idAt(store, place))),
  {
    arbitrary: does('forward', [fc.subarray(['crm', 'feed'])], ({ outbox }, to) => outbox.forward(() => to, 5)),
    weight: 3,
  },
  {
    arbitrary: does('publish', [place], async (store, place) =>
      store.feed.publish(await idAt(store, place), `published ${place}`),
    ),
    weight: 2,
  },
  does(
    'read the feed',
    [fc.nat({ max: 6 }), fc.option(fc.constantFrom('ann', 'bob'))],
    async ({ feed }, after, owner) => {
      const { rows, ...page } = await feed.read({ after, limit: 3, owner: owner ?? undefined })
      return [page, rows.map(({ event: _, ...facts }) => facts)]
    },
  ),
  does('sweep the feed', [ms], ({ feed }, age) => feed.sweep(age, 2)),
  does('of', [place], async (store, place) => {
    const rows = await store.outbox.list({ limit: 100 })
    return nameless(store.outbox.of(rows.at(place % Math.max(1, rows.length))?.event ?? 'none'))
  }),
  does('nextDue', [destination], ({ outbox }, destination) => outbox.nextDue(destination)),
  does('list', [state, place], async (store, state, place) =>
    nameless(store.outbox.list({ state, before: await idAt(store, place), limit: 3 })),
  ),
  does('hasAccepted', [orderingKey], ({ outbox }, key) => outbox.hasAccepted(key, ['created'])),
  does('sweep', [ms, ms, msOrNull, destination], ({ outbox }, done, dead, pending, kept) =>
    outbox.sweep({ done, dead, pending }, 100, [kept]),
  ),
)

test('events are dispatched as in the model', { timeout: 120_000 }, () =>
  sameAsModel(
    outboxOperations,
    async ({ outbox }) => [await nameless(outbox.list({ limit: 1000 })), await outbox.nextDue()],
    40,
  ),
)

const id = fc.constantFrom('s1', 's2', 's3', 's4')
const connection = fc.constantFrom('c1', 'c2')
const states = fc.subarray<SubscriptionState>(['creating', 'active', 'removing'])
const text = fc.option(fc.constantFrom('a', 'b'))

const subscriptionOperations = fc.oneof(
  {
    arbitrary: does('insert', [id, connection, fc.option(id), ms], ({ subscriptions }, id, connection, replaces, ms) =>
      subscriptions.insert(subscription(id, { connection }), replaces, ms),
    ),
    weight: 3,
  },
  {
    arbitrary: does(
      'update',
      [id, states, fc.constantFrom<SubscriptionState>('active', 'removing', 'removed'), text, msOrNull],
      ({ subscriptions }, id, from, state, text, ms) =>
        subscriptions.update(id, from, { state, reference: text, ...(ms !== null && { checkInMs: ms }) }),
    ),
    weight: 2,
  },
  does('of', [connection], ({ subscriptions }, connection) => subscriptions.of(connection)),
  does('hasten', [connection], ({ subscriptions }, connection) => subscriptions.hasten(connection)),
  does('takeDue', [ms], async ({ subscriptions }, hideFor) =>
    (await subscriptions.takeDue(5, hideFor)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  ),
  does('sweep', [ms], ({ subscriptions }, age) => subscriptions.sweep(age, 10)),
)

test('subscriptions are kept as in the model', { timeout: 120_000 }, () =>
  sameAsModel(
    subscriptionOperations,
    ({ subscriptions }) => Promise.all(['s1', 's2', 's3', 's4'].map((id) => subscriptions.get(id))),
    40,
  ),
)

const name = fc.constantFrom('k1', 'k2', 'k3')
const lease = fc.integer({ min: 0, max: 60_000 })
const past = fc.constantFrom(0, 0, 0, 1)
const keyState = fc.constantFrom<BookingKeyState>('begun', 'begun', 'unknown', 'done', 'refused')
const currentClaim = async ({ bookingKeys }: Store, connection: string, key: string, past: number) =>
  ((await bookingKeys.get(connection, key))?.claim ?? 0) - past

const bookingOperations = fc.oneof(
  {
    arbitrary: does(
      'claim',
      [connection, name, fc.constantFrom('book', 'book', 'cancel'), text, lease],
      ({ bookingKeys }, connection, key, verb, digest, lease) =>
        bookingKeys.claim(bookingKey(key, { connection, verb, requestDigest: digest ?? 'a' }), lease),
    ),
    weight: 3,
  },
  {
    arbitrary: does(
      'update',
      [connection, name, past, fc.option(keyState), text, msOrNull, fc.option(lease), fc.boolean()],
      async (store, connection, key, past, state, text, ms, sentMsAgo, release) =>
        store.bookingKeys.update(connection, key, await currentClaim(store, connection, key, past), {
          ...(state !== null && { state }),
          ...(text === 'a' ? { step: text } : { reason: text, booking: text }),
          ...(sentMsAgo === null ? { release } : { sentMsAgo, checkInMs: ms }),
        }),
    ),
    weight: 3,
  },
  does('free', [connection, name, past], async (store, connection, key, past) =>
    store.bookingKeys.update(connection, key, await currentClaim(store, connection, key, past), freed),
  ),
  // The limit exceeds the number of keys, since the model does not define which of two that are due at once comes first.
  does('takeDue', [lease], async ({ bookingKeys }, lease) =>
    (await bookingKeys.takeDue(10, lease)).sort((a, b) => (a.connection + a.key < b.connection + b.key ? -1 : 1)),
  ),
  does('sweep keys', [ms], ({ bookingKeys }, age) => bookingKeys.sweep(age, 10)),
  does(
    'put',
    [connection, id, fc.option(id), fc.option(id), fc.option(id)],
    ({ bookingLinks }, connection, id, chain, one, two) =>
      bookingLinks.put(bookingLink(id, { connection, chain, replaces: one, replacedBy: two })),
  ),
  does('sweep links', [ms], ({ bookingLinks }, age) => bookingLinks.sweep(age, 10)),
)

test('bookings are kept as in the model', { timeout: 120_000 }, () =>
  sameAsModel(
    bookingOperations,
    async ({ bookingKeys, bookingLinks }) => {
      const rows: unknown[] = []
      for (const connection of ['c1', 'c2']) {
        for (const key of ['k1', 'k2', 'k3']) rows.push(await bookingKeys.get(connection, key))
        const links = await bookingLinks.of(connection, ['s1', 's2', 's3', 's4'])
        rows.push(...links.sort((a, b) => (a.booking < b.booking ? -1 : 1)))
      }
      return rows
    },
    40,
  ),
)
