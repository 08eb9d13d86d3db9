// What an earlier process left in the journal may need its provider. Tokens wait for none: neither another client's, nor
// those of the client whose provider hangs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, PunctualError, type PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { cookieOf, type Host, startHost } from '../support/host.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** A journal that both processes can reach. */
function sharedJournal() {
  const files = new Map<string, string>()
  return {
    write: async (name: string, text: string) => void files.set(name, text),
    remove: async (name: string) => void files.delete(name),
    read: async () => new Map(files),
    size: () => files.size,
  }
}

/** Leaves an answer of Calendly in the journal that names no database, since the store went away in time. */
async function leaveAnswer(host: Host, journal: NonNullable<PunctualOptions<Client>['journal']>): Promise<void> {
  const inner = memory()
  let isAway = false
  const away = async () => {
    throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED', retryable: true })
  }
  const first = host.another({
    journal,
    store: {
      ...inner,
      identity: () => (isAway ? away() : inner.identity()),
      attempts: { ...inner.attempts, advance: (...values) => (isAway ? away() : inner.attempts.advance(...values)) },
    },
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (String(input).endsWith('/token')) isAway = true
      return response
    },
    clock: {
      ...virtualClock(() => host.sandbox.clock.now()),
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
    },
  })
  const { url, headers } = await first.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
  const back = await host.sandbox.authorize({ url })
  await first.handler(new Request(back, { headers: { cookie: cookieOf(headers) } })).catch(() => {})
  await first.stop()
}

test('an answer in the journal whose provider hangs delays no token', async (t) => {
  const journal = sharedJournal()
  const host = await startHost(t)
  await leaveAnswer(host, journal)
  assert.equal(journal.size(), 1)
  const answered = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  let hangs = false
  let identified = 0
  const second = host.another({
    journal,
    store: memory(),
    fetch: async (input, init) => {
      if (hangs && String(input).endsWith('/users/me')) {
        identified++
        asked.resolve()
        await answered.promise
      }
      return fetch(input, init)
    },
  })
  const connections = [
    await host.connect('calcom', { through: second }),
    await host.connect('calendly', { through: second, account: 'dan@calendly.example' }),
  ]
  hangs = true
  for (const connection of connections) {
    await connection.token()
    await asked.promise
    // Still the first of the tries, each of which takes ten seconds.
    assert.equal(identified, 1)
  }
  hangs = false
  answered.resolve()
  await second.stop()
  assert.equal(journal.size(), 0)
})

test('a caller that gives up does not wait for the journal', async (t) => {
  const host = await startHost(t)
  const { id } = await host.connect('calendly')
  const reading = Promise.withResolvers<Map<string, string>>()
  const second = host.another({ journal: { ...sharedJournal(), read: () => reading.promise } })
  const connection = await second.connections.get(id)
  const leaving = new AbortController()
  const token = connection.token({ signal: leaving.signal })
  leaving.abort(new RangeError('the caller has left'))
  await assert.rejects(token, RangeError)
  reading.resolve(new Map())
  assert.equal((await connection.token()).generation, 1)
})
