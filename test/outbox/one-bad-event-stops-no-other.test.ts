import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { PunctualError, type Store } from '../../src/index.ts'
import { deliveryPlace } from '../../src/records/outbox.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost, testKey } from '../support/host.ts'
import { acknowledgedBy, type Consumer, createConsumer, settle } from './consumer.ts'

/** More than a process dispatches at once. */
const many = 12
const otherKey = Buffer.alloc(32, 9).toString('base64url')
const seal = (key: string, place: string, body: string) =>
  createVault(createKeyring([key]), systemRandom).seal(deliveryPlace(place), body)

/** A host with a good event behind `many` bad ones, and the faults that it reports. */
async function startBehind(
  t: TestContext,
  bad: (key: string) => Parameters<typeof delivery>[1],
  { store = memory(), consumer = createConsumer() }: { store?: Store; consumer?: Consumer } = {},
  before: () => void = () => {},
) {
  const host = await startQuietHost(t, { store, deliverTo: consumer.handler })
  await host.punctual.ready()
  const facts = (key: string) => ({ orderingKey: key, connection: key, owner: key })
  for (let n = 0; n < many; n++)
    await store.outbox.accept([delivery(`bad ${n}`, { ...facts(`bad ${n}`), ...bad(`bad ${n}`) })])
  await store.outbox.accept([delivery('good', { ...facts('good'), body: seal(testKey, 'good', '{"fine":true}') })])
  before()
  const faults: string[] = []
  host.punctual.on((event) => event.type === 'fault' && faults.push(event.message))
  host.punctual.start()
  const good = async () => {
    while (!consumer.events.some((event) => 'owner' in event && event.owner === 'good')) await settle()
  }
  /** Lets that many milliseconds pass. */
  const later = async (ms: number) => {
    for (const until = host.clock.elapsed() + ms; host.clock.elapsed() < until; ) await settle()
  }
  const rows = async () => (await host.punctual.events.list()).events.filter(({ owner }) => owner?.startsWith('bad'))
  return { host, store, consumer, faults, good, later, rows }
}

describe('an event that cannot be dispatched', () => {
  test('because its key is missing is reported once, with what to do, and is dispatched when the key is back', async (t) => {
    const { host, consumer, faults, good, later, rows } = await startBehind(t, (key) => ({
      body: seal(otherKey, key, '{}'),
    }))
    await good()
    await later(3_600_000)
    assert.equal(consumer.events.length, 1)
    // One says how much needs the key, before the first of them comes up.
    const [ofKey, ...ofEvents] = faults.toSorted((one) => (one.startsWith('The event ') ? 1 : -1))
    assert.match(ofKey ?? '', /^Something stored does not open: the key \S+ is needed by 12 events/)
    assert.equal(ofEvents.length, many)
    for (const fault of ofEvents)
      assert.match(
        fault,
        /^The event evt_\w+: The sealed value .* needs the key .*: add it after the first\. It is set aside/,
      )
    assert.deepEqual(
      [...new Set((await rows()).map(({ state, error }) => `${state}: ${error}`))],
      ['pending: it cannot be opened with the keys at hand (unknown_key)'],
    )
    await host.punctual.stop()
    host.another({ keys: [testKey, otherKey] }).start()
    await consumer.until(1 + many)
  })

  test('because its body is broken is reported once', async (t) => {
    const { consumer, faults, good, later, rows } = await startBehind(t, (key) => ({
      body: seal(testKey, key, '{"cut'),
    }))
    await good()
    await later(600_000)
    assert.equal(consumer.events.length, 1)
    assert.equal(faults.length, many)
    assert.match(faults[0] ?? '', /The body of the event evt_\w+ cannot be read/)
    assert.equal((await rows())[0]?.error, 'it cannot be opened with the keys at hand (damaged)')
  })

  test('because a later version wrote it is reported once, and left to that version', async (t) => {
    const { consumer, faults, good, later, rows } = await startBehind(t, () => ({
      type: 'connection.paused',
      body: null as never,
    }))
    await good()
    await later(600_000)
    assert.equal(consumer.events.length, 1)
    assert.equal(faults.length, many)
    assert.match(faults[0] ?? '', /does not know events of the type "connection\.paused"/)
    assert.deepEqual(
      [...new Set((await rows()).map(({ state, error }) => `${state}: ${error}`))],
      ['pending: it was written by a later version, which must dispatch it'],
    )
  })
})

test('an event whose acknowledgement the store refuses is not dispatched again, and does not delay others', async (t) => {
  const kept = memory()
  const stuck = new Set<string>()
  const acknowledge: Store['outbox']['acknowledge'] = async (id) => {
    if ((await kept.outbox.get(id))?.owner?.startsWith('bad') && stuck.add(id))
      throw new PunctualError('store_unavailable', 'The database refused a statement (SQLITE_CONSTRAINT).')
    return kept.outbox.acknowledge(id)
  }
  const store = { ...kept, outbox: acknowledgedBy(kept.outbox, acknowledge) }
  const { host, consumer, faults, good, later } = await startBehind(t, (key) => ({ body: seal(testKey, key, '{}') }), {
    store,
  })
  await good()
  await later(600_000)
  assert.equal(consumer.events.length, 1 + many)
  assert.equal(stuck.size, many)
  assert.equal(faults.length, many, 'each is reported once')
  await host.punctual.stop()
})

test('an event whose failure cannot be recorded is dispatched again when its lease ends, and is reported once', async (t) => {
  const kept = memory()
  const fail: Store['outbox']['fail'] = async (...failure) => {
    if ((await kept.outbox.get(failure[0]))?.owner === 'bad 0') throw new TypeError('a bug')
    return kept.outbox.fail(...failure)
  }
  const store = { ...kept, outbox: { ...kept.outbox, fail } }
  const consumer = createConsumer((event) => {
    if ('owner' in event && event.owner === 'bad 0') throw new Error('no')
  })
  const { faults, good, later } = await startBehind(t, (key) => ({ body: seal(testKey, key, '{}') }), {
    store,
    consumer,
  })
  await good()
  await later(150_000)
  assert.ok(consumer.events.filter((event) => 'owner' in event && event.owner === 'bad 0').length >= 2)
  assert.match(faults[0] ?? '', /^"deliverTo" \(PUNCTUAL_EVENTS_URL\) failed .*: the handler threw \(Error\)/)
  assert.match(faults[1] ?? '', /TypeError/)
  assert.equal(faults.length, 2)
})

test('an event whose facts are damaged in the database is reported once, and does not delay others', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'punctual.db')
  const { consumer, faults, good, later, rows } = await startBehind(
    t,
    (key) => ({ body: seal(testKey, key, '{}') }),
    { store: sqlite(file) },
    () => {
      const database = new DatabaseSync(file)
      database.exec(`update outbox set data = '{"na' where owner like 'bad%'`)
      database.close()
    },
  )
  await good()
  await later(600_000)
  assert.deepEqual([consumer.events.length, faults.length], [1, many])
  assert.match(faults[0] ?? '', /^The event evt_\w+: The name of the event evt_\w+ cannot be read/)
  assert.equal(
    (await rows()).every(({ state }) => state === 'pending'),
    true,
  )
})
