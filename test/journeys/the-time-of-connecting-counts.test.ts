// A process may be suspended between the answer of the token endpoint and the connection. The token ends when it ends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../src/index.ts'
import { startQuietHost } from '../support/host.ts'

const lifetimeS = 7200
const suspendedS = 900

/** A host whose requests for the account take a quarter of an hour, and fail while the API is away. */
async function slowHost(t: Parameters<typeof startQuietHost>[0], { isAway }: { isAway: boolean }) {
  const seen = { exchangedAt: 0, isAway }
  const host = await startQuietHost(t, {
    async fetch(input, init) {
      const { pathname } = new URL(String(input))
      if (pathname.endsWith('/oauth/token')) seen.exchangedAt = host.sandbox.clock.now()
      if (pathname.endsWith('/users/me')) {
        if (seen.isAway) throw new TypeError('fetch failed')
        host.sandbox.clock.advance(suspendedS)
      }
      return host.sandbox.handler(new Request(input, init))
    },
  })
  return { host, seen }
}

/** Seconds from the exchange to the end of the token. */
async function endsAfter(connection: Connection, { exchangedAt }: { exchangedAt: number }): Promise<number> {
  const { expiresAt } = await connection.token({ minimumValidityMs: 0 })
  return Math.round((expiresAt.getTime() - exchangedAt) / 1000)
}

test('the time in which the account is found out is a part of the token’s life', async (t) => {
  const { host, seen } = await slowHost(t, { isAway: false })
  const connection = await host.connect('calendly')
  assert.equal(await endsAfter(connection, seen), lifetimeS)
})

test('so it is where another process attaches what was stored', async (t) => {
  const { host, seen } = await slowHost(t, { isAway: true })
  await host.travel('calendly').catch(() => {})
  seen.isAway = false
  const attached = new Promise<string>((resolve) => {
    host.punctual.on((event) => event.type === 'connection.created' && resolve(event.connection))
  })
  host.punctual.start()
  const connection = await host.punctual.connections.get(await attached)
  assert.equal(await endsAfter(connection, seen), lifetimeS)
  await host.punctual.stop()
})
