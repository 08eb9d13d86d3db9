// The keys come from outside, when the store is opened: until they are there nothing is served, and nothing is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPunctual, type KeyProvider } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { baseUrl, startHost, testKey } from '../support/host.ts'

/** A provider that fails as long as `isAway` says so, and counts how often it was asked. */
function provider(): { readonly keyProvider: KeyProvider; isAway: boolean; asked: number } {
  const state = {
    isAway: false,
    asked: 0,
    async keyProvider() {
      state.asked++
      if (state.isAway) throw Object.assign(new Error(`no ${testKey}`), { code: 'EKMS' })
      return [testKey]
    },
  }
  return state
}

test('the keys are fetched once, by what needs them first, however many callers there are', async (t) => {
  const kms = provider()
  const host = await startHost(t, { keyProvider: kms.keyProvider, keys: undefined as never })
  assert.equal(kms.asked, 0, 'making a Punctual fetches nothing')
  const { id } = await host.connect('calendly')
  const tokens = await Promise.all(
    Array.from({ length: 50 }, async () => (await host.punctual.connections.get(id)).token()),
  )
  assert.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1)
  await host.punctual.stop()
  await host.punctual.ready()
  assert.equal(kms.asked, 1, 'what was fetched stays')
  const given = host.another({ keys: [testKey], keyProvider: undefined as never })
  assert.ok((await (await given.connections.get(id)).token()).accessToken, 'they are the keys themselves')
})

test('a provider that fails ends no grant, and everything works once it is back', async (t) => {
  const store = memory()
  const host = await startHost(t, { store })
  const { id } = await host.connect('calendly')
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  const kms = provider()
  kms.isAway = true
  let now = 0
  const clock = { now: () => host.sandbox.clock.now(), monotonic: () => now, sleep: () => new Promise<void>(() => {}) }
  const restarted = host.another({ keyProvider: kms.keyProvider, keys: undefined as never, clock })
  const faults: string[] = []
  restarted.on((event) => event.type === 'fault' && faults.push(`${event.code} ${event.reason}: ${event.message}`))
  const unavailable = { code: 'store_unavailable', reason: 'keys_unavailable', retryable: true }
  await assert.rejects(restarted.ready(), unavailable)
  await assert.rejects(restarted.connections.get(id), unavailable)
  await assert.rejects(restarted.begin({ client: 'calendly', owner: 'ada', returnTo: '/' }), unavailable)
  assert.equal(kms.asked, 1, 'it is left alone for a second')
  now += 1000
  await assert.rejects(restarted.connections.list(), unavailable)
  assert.equal(kms.asked, 2)
  await new Promise(setImmediate)
  assert.match(faults[0] ?? '', /^store_unavailable keys_unavailable: The function "keyProvider" failed \(EKMS\)/)
  assert.ok(faults.length > 0 && !faults.join().includes(testKey))
  const { attention } = await restarted.operator.overview()
  assert.deepEqual(
    attention.map(({ kind }) => kind),
    ['keys'],
  )
  assert.equal(host.tokenRequests(), 0, 'no token is presented')

  kms.isAway = false
  now += 1000
  await restarted.ready()
  const connection = await restarted.connections.get(id)
  assert.equal(connection.status, 'active')
  assert.equal((await connection.token()).generation, 2)
})

test('there is one source of keys, and it is one of these', () => {
  const client = calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })
  const make = (options: object) => () =>
    createPunctual({ baseUrl, store: memory(), clients: [client], ...options } as never)
  const keyProvider = async () => [testKey]
  for (const [options, says] of [
    [{ keys: [testKey], keyProvider }, /keyProvider is there beside keys/],
    [{}, /keys must be a list of keys.*Or give a keyProvider/],
    [{ keyProvider: 'aws kms' }, /keyProvider must be a function that returns the keys, \{ command/],
    [{ keyProvider: { command: 'aws kms' } }, /keyProvider must be a function/],
    [{ keyProvider: { command: ['kms'], file: 'keys' } }, /keyProvider must be a function/],
    [{ keyProvider: {} }, /keyProvider must be a function/],
    [{ keyProvider: { file: ' ' } }, /keyProvider must be a function/],
    [{ keyProvider: { command: [' '] } }, /keyProvider must be a function/],
  ] as const)
    assert.throws(make(options), (error: Error) => says.test(error.message) || assert.fail(error.message))
})
