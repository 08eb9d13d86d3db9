// Tokens that no connection will use are revoked, also where the provider is away at first and the process ends meanwhile:
// the row of their attempt holds them until then.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { cookieOf, type Host, locationOf, startHost } from '../support/host.ts'

/** A host application on one store, with a process that reaches no revocation endpoint. `onToken` is called when a code is exchanged. */
async function startAway(t: TestContext, onToken: () => Promise<unknown> = async () => {}) {
  const store = memory()
  const host = await startHost(t, { store })
  const away = host.another({
    async fetch(input, init) {
      const path = new URL(String(input)).pathname
      if (path.endsWith('/revoke')) throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
      const response = await fetch(input, init)
      if (path.endsWith('/token')) await onToken()
      return response
    },
  })
  return { host, store, away, held: () => store.attempts.stranded(0, 10, null) }
}

const revocations = ({ sandbox }: Host) => sandbox.requests().filter(({ path }) => path.endsWith('/revoke')).length

/** Another process runs its background until it has revoked something, and has noted that. */
async function runBackground(host: Host, held: () => Promise<readonly unknown[]>): Promise<void> {
  host.sandbox.clock.advance(61)
  const another = host.another()
  another.start()
  while ((await held()).length > 0) await new Promise(setImmediate)
  await another.stop()
}

test('the tokens of a consent for another account', async (t) => {
  const { host, away, held } = await startAway(t)
  const { id } = await host.connect('calendly')
  const back = await host.travel('calendly', { connection: id, account: 'ben@calendly.example', through: away })
  assert.equal(back.searchParams.get('error'), 'account_mismatch')
  await away.stop()
  assert.deepEqual([revocations(host), (await held()).length], [0, 1])
  await runBackground(host, held)
  assert.equal(revocations(host), 1)
  assert.ok((await (await host.punctual.connections.get(id)).token()).accessToken)
})

test('the tokens of an attempt that another process has ended before they came', async (t) => {
  let attempt = ''
  const { host, store, away, held } = await startAway(t, () => {
    const outcome = { error: 'attempt_refused', reason: 'interrupted' }
    return store.attempts.advance(attempt, 'exchanging', 'finished', { outcome })
  })
  const { url, headers } = await away.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
  const state = new URL(url).searchParams.get('state') ?? ''
  attempt = (await store.attempts.find(hash('sha256', state, 'base64url'), 'calendly'))?.id ?? ''
  host.person = 'ada'
  const callback = new Request(await host.sandbox.authorize({ url }), { headers: { cookie: cookieOf(headers) } })
  const back = locationOf(await away.handler(callback))
  assert.equal(back.searchParams.get('reason') ?? back.searchParams.get('error'), 'interrupted')
  await away.stop()
  assert.deepEqual([revocations(host), (await held()).length], [0, 1])
  await runBackground(host, held)
  assert.equal(revocations(host), 1)
})
