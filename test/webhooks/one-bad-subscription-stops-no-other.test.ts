// A subscription that cannot be opened, stored or checked is reported once and not tried for a while. The others are
// checked in the same round.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { SubscriptionRow } from '../../src/core/store/subscriptions.ts'
import { type Connection, PunctualError, type Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type Case, cases, type Listening, startListening } from './host.ts'

const [calendly, calcom] = cases as [Case, Case]

/** A store in which the named operations on subscriptions fail for some ids. */
function fickle(failing: Partial<Record<keyof Store['subscriptions'], (id: string) => Error | null>>): Store {
  const store = memory()
  const subscriptions = Object.fromEntries(
    Object.entries(store.subscriptions).map(([name, operation]) => [
      name,
      async (...values: never[]) => {
        const error = failing[name as keyof Store['subscriptions']]?.(String(values[0]))
        if (error) throw error
        return (operation as (...values: never[]) => unknown)(...values)
      },
    ]),
  ) as unknown as Store['subscriptions']
  return { ...store, subscriptions }
}

const refused = () =>
  new PunctualError('store_unavailable', 'The database refused a statement (22021).', { reason: '22021' })
const away = () => new PunctualError('store_unavailable', 'The database is away.', { retryable: true })

/** That many subscriptions that are due before all others. */
async function insertDue(host: Listening, { id, account, client }: Connection, many: number, secrets: string | null) {
  for (let at = 0; at < many; at++) {
    const row = { connection: id, client, account: account.id, events: ['x'], secrets }
    await host.store.subscriptions.insert({ id: `bad_${at}`, scope: `s${at}`, ...row }, null, 0)
  }
}

/** A subscription that is missing at the provider, behind `many` bad ones. */
async function behind(t: TestContext, of: Case, many: number, options = {}, secrets: string | null = 'not sealed') {
  const host = await startListening(t, options)
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  const [one] = await host.standing()
  assert.equal((await connection.fetch(`${of.hooks}/${one?.id}`, { method: 'DELETE' })).ok, true)
  await insertDue(host, connection, many, secrets)
  host.sandbox.clock.advance(7 * 3600)
  await host.store.subscriptions.hasten(connection.id)
  return { host, connection, made }
}

const faultsOf = (host: Listening) => host.events.flatMap((event) => (event.type === 'fault' ? event.message : []))

/** Lets the keeper run for that many milliseconds. */
async function work(host: Listening, ms: number): Promise<void> {
  host.punctual.start()
  await host.clock.sleep(ms)
}

describe('subscriptions that cannot be opened', () => {
  test('do not delay the others, and each is reported once', async (t) => {
    const { host, connection, made } = await behind(t, calcom, 10)
    await work(host, 20_000)
    const replacement = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
    assert.ok(replacement && replacement.id !== made.id && replacement.state === 'active')
    assert.equal(faultsOf(host).length, 10)
    for (const fault of faultsOf(host))
      assert.match(fault, /^The webhook subscription bad_\d: The sealed value .* It is set aside/)
    await work(host, 3 * 3_600_000)
    assert.equal(faultsOf(host).length, 10, 'and not again in every round')
    await host.punctual.stop()
    const [bad] = (await host.punctual.webhooks.list(connection)).filter(({ id }) => id === 'bad_0')
    assert.match(bad?.detail ?? '', /does not open/)
  })

  test('can be removed', async (t) => {
    const { host, connection } = await behind(t, calcom, 3)
    const left = await host.punctual.webhooks.unsubscribe(connection)
    assert.deepEqual([...new Set(left.map(({ state }) => state))], ['removed'])
    assert.deepEqual(faultsOf(host), [])
  })
})

test('a subscription that cannot be stored does not delay the others, is reported once, and is tried after longer and longer times', async (t) => {
  let tries = 0
  const store = fickle({
    update: (id) => {
      if (!id.startsWith('bad_')) return null
      tries++
      return refused()
    },
  })
  const { host, connection, made } = await behind(t, calendly, 5, { store }, null)
  await work(host, 20_000)
  const replacement = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
  assert.ok(replacement && replacement.id !== made.id)
  assert.equal(faultsOf(host).length, 5)
  const first = tries
  await work(host, 12 * 3_600_000)
  await host.punctual.stop()
  assert.equal(faultsOf(host).length, 5)
  // If the times did not grow, each would have been tried every ten minutes.
  assert.ok(tries > first && tries < first + 5 * 2 * 12, `${tries - first} tries`)
})

test('subscriptions whose events are damaged in the database do not delay the others, and each is reported once', async (t) => {
  const kept = memory()
  const damaged = (row: SubscriptionRow) => (row.id.startsWith('bad_') ? { ...row, events: [] } : row)
  const get: Store['subscriptions']['get'] = async (id) => {
    const row = await kept.subscriptions.get(id)
    return row && damaged(row)
  }
  const store = { ...kept, subscriptions: { ...kept.subscriptions, get } }
  const { host, connection, made } = await behind(t, calcom, 5, { store }, null)
  await work(host, 3_600_000)
  await host.punctual.stop()
  const replacement = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
  assert.ok(replacement && replacement.id !== made.id)
  assert.equal(faultsOf(host).length, 5)
  assert.match(faultsOf(host)[0] ?? '', /Its events cannot be read/)
})

test('a round reports once that the store is unavailable', async (t) => {
  let isAway = true
  const store = fickle({ get: (id) => (isAway && id.startsWith('bad_') ? away() : null) })
  const { host } = await behind(t, calendly, 10, { store }, null)
  await work(host, 10_000)
  assert.equal(faultsOf(host).length, 1)
  isAway = false
  await work(host, 20 * 60_000)
  await host.punctual.stop()
  assert.equal(faultsOf(host).length, 1)
})

test('a connection of a grant whose subscriptions cannot be hastened does not delay the other connections', async (t) => {
  const bad = new Set<string>()
  const store = fickle({ hasten: (id) => (bad.has(id) ? refused() : null) })
  const host = await startListening(t, { store })
  const first = await host.join(calendly)
  const second = await host.join(calendly, { owner: 'ben' })
  bad.add(first.id)
  const made = await host.punctual.webhooks.subscribe(second, calendly.events)
  const before = (await store.subscriptions.get(made.id))?.checkAt ?? 0
  host.sandbox.clock.advance(60)
  await host.join(calendly, { owner: 'cleo' })
  await host.clock.sleep(1000)
  assert.ok(((await store.subscriptions.get(made.id))?.checkAt ?? 0) < before)
  assert.equal(faultsOf(host).length, 1)
})

test('a connection is disconnected even if one of its subscriptions cannot be removed, and this is reported', async (t) => {
  let broken = false
  const store = fickle({ update: (id) => (broken && id === 'bad_0' ? refused() : null) })
  const { host, connection } = await behind(t, calcom, 2, { store }, null)
  broken = true
  const { remainingWebhooks } = await connection.disconnect()
  assert.deepEqual(
    remainingWebhooks.map(({ subscription, reason }) => [subscription, reason]),
    [['bad_0', 'store_unavailable']],
  )
  assert.deepEqual(await host.standing(), [])
  assert.ok(faultsOf(host).length >= 1)
})

test('a connection is not disconnected while the store is unavailable, and can be disconnected afterwards', async (t) => {
  let isAway = false
  const store = fickle({ update: () => (isAway ? away() : null) })
  const { connection } = await behind(t, calcom, 2, { store }, null)
  isAway = true
  await connection.disconnect().then(
    () => assert.ok(false, 'disconnected'),
    ({ code, retryable }) => assert.deepEqual([code, retryable], ['store_unavailable', true]),
  )
  isAway = false
  assert.deepEqual((await connection.disconnect()).remainingWebhooks, [])
})
