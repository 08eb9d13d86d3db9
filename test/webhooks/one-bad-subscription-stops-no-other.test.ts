// One record that cannot be opened, stored or looked at is told of once and left alone for a while: the others are
// looked after in the same round.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
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
    Object.entries(store.subscriptions).map(([name, does]) => [
      name,
      async (...given: never[]) => {
        const error = failing[name as keyof Store['subscriptions']]?.(String(given[0]))
        if (error) throw error
        return (does as (...given: never[]) => unknown)(...given)
      },
    ]),
  ) as unknown as Store['subscriptions']
  return { ...store, subscriptions }
}

const refused = () =>
  new PunctualError('store_unavailable', 'The database refused a statement (22021).', { reason: '22021' })
const away = () => new PunctualError('store_unavailable', 'The database is away.', { retryable: true })

/** So many that are due, ahead of all others. */
async function insertDue(host: Listening, { id, account, client }: Connection, many: number, secrets: string | null) {
  for (let at = 0; at < many; at++) {
    const row = { connection: id, client, account: account.id, events: ['x'], secrets }
    await host.store.subscriptions.insert({ id: `bad_${at}`, scope: `s${at}`, ...row }, null, 0)
  }
}

/** A subscription that the provider has lost, behind `many` bad ones. */
async function behind(t: TestContext, of: Case, many: number, options = {}, secrets: string | null = 'not sealed') {
  const host = await startListening(t, options)
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  const [one] = await host.standing()
  equal((await connection.fetch(`${of.hooks}/${one?.id}`, { method: 'DELETE' })).ok, true)
  await insertDue(host, connection, many, secrets)
  host.sandbox.clock.advance(7 * 3600)
  await host.store.subscriptions.hasten(connection.id)
  return { host, connection, made }
}

const faultsOf = (host: Listening) => host.events.flatMap((event) => (event.type === 'fault' ? event.message : []))

/** Lets the keeper work for so many ms. */
async function work(host: Listening, ms: number): Promise<void> {
  host.punctual.start()
  await host.clock.sleep(ms)
}

describe('subscriptions that cannot be opened', () => {
  test('do not keep the others waiting, and each is told of once', async (t) => {
    const { host, connection, made } = await behind(t, calcom, 10)
    await work(host, 20_000)
    const anew = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
    ok(anew && anew.id !== made.id && anew.state === 'active')
    equal(faultsOf(host).length, 10)
    for (const fault of faultsOf(host))
      match(fault, /^The webhook subscription bad_\d: The sealed value .* It is set aside/)
    await work(host, 3 * 3_600_000)
    equal(faultsOf(host).length, 10, 'and not again in every round')
    await host.punctual.stop()
    const [bad] = (await host.punctual.webhooks.list(connection)).filter(({ id }) => id === 'bad_0')
    match(bad?.detail ?? '', /does not open/)
  })

  test('can be taken away all the same', async (t) => {
    const { host, connection } = await behind(t, calcom, 3)
    const left = await host.punctual.webhooks.unsubscribe(connection)
    deepEqual([...new Set(left.map(({ state }) => state))], ['removed'])
    deepEqual(faultsOf(host), [])
  })
})

test('one that cannot be stored does not keep the others waiting, is told of once, and is left alone for longer each time', async (t) => {
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
  const anew = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
  ok(anew && anew.id !== made.id)
  equal(faultsOf(host).length, 5)
  const first = tries
  await work(host, 12 * 3_600_000)
  await host.punctual.stop()
  equal(faultsOf(host).length, 5)
  // Without growing pauses each would have been tried every ten minutes.
  ok(tries > first && tries < first + 5 * 2 * 12, `${tries - first} tries`)
})

test('those whose events were damaged in the database do not keep the others waiting, and each is told of once', async (t) => {
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
  const anew = (await host.punctual.webhooks.list(connection)).find(({ scope }) => scope === made.scope)
  ok(anew && anew.id !== made.id)
  equal(faultsOf(host).length, 5)
  match(faultsOf(host)[0] ?? '', /Its events cannot be read/)
})

test('while the store is away, a round tells so once', async (t) => {
  let isAway = true
  const store = fickle({ get: (id) => (isAway && id.startsWith('bad_') ? away() : null) })
  const { host } = await behind(t, calendly, 10, { store }, null)
  await work(host, 10_000)
  equal(faultsOf(host).length, 1)
  isAway = false
  await work(host, 20 * 60_000)
  await host.punctual.stop()
  equal(faultsOf(host).length, 1)
})

test('of the connections of a grant, one that cannot be hastened does not keep the others waiting', async (t) => {
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
  ok(((await store.subscriptions.get(made.id))?.checkAt ?? 0) < before)
  equal(faultsOf(host).length, 1)
})

test('a connection is disconnected though one of its subscriptions cannot be taken away: it is told of', async (t) => {
  let broken = false
  const store = fickle({ update: (id) => (broken && id === 'bad_0' ? refused() : null) })
  const { host, connection } = await behind(t, calcom, 2, { store }, null)
  broken = true
  const { remainingWebhooks: webhooksLeft } = await connection.disconnect()
  deepEqual(
    webhooksLeft.map(({ subscription, reason }) => [subscription, reason]),
    [['bad_0', 'store_unavailable']],
  )
  deepEqual(await host.standing(), [])
  ok(faultsOf(host).length >= 1)
})

test('while the store is away, a connection is not disconnected, and can be again', async (t) => {
  let isAway = false
  const store = fickle({ update: () => (isAway ? away() : null) })
  const { connection } = await behind(t, calcom, 2, { store }, null)
  isAway = true
  await connection.disconnect().then(
    () => ok(false, 'disconnected'),
    ({ code, retryable }) => deepEqual([code, retryable], ['store_unavailable', true]),
  )
  isAway = false
  deepEqual((await connection.disconnect()).remainingWebhooks, [])
})
