// Several processes on one Postgres: one of them spends a refresh token, no grant is refreshed twice, and nothing is
// lost but the answers of a process that was killed. PUNCTUAL_FULL=1 runs the size that is promised, which takes some
// minutes.

import { after, before, describe, test } from 'node:test'

import { killWhileConnecting, killWhileRefreshing } from '../processes/kills.ts'
import { refreshOnceARound } from '../processes/refresh-rounds.ts'
import { emptySchema } from './empty-schemas.ts'
import { refreshUnderKills } from './refresh-under-kills.ts'
import { type PostgresServer, startPostgres } from './server.ts'

const full = process.env.PUNCTUAL_FULL === '1'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

describe('processes on one Postgres', () => {
  const callers = 300
  const rounds = full ? 200 : 5
  test(`four with ${callers} callers each make one token request a round, ${rounds} rounds`, async (t) => {
    const place = { database: server.url, schema: 'rounds' }
    await refreshOnceARound(t, place, { client: 'calendly', processes: 4, callers, rounds })
  })

  const size = full
    ? { grants: 10_000, withinMs: 60_000, killEveryMs: 5000, skipMinute: false }
    : { grants: 600, withinMs: 4000, killEveryMs: 2000, skipMinute: true }
  test(`four refresh ${size.grants} grants that fall due together, each once, while one after another is killed`, async (t) => {
    t.diagnostic(await refreshUnderKills(server, 'keeping', size))
  })

  test('after a kill during a refresh the grant works, or its outcome is known to be unknown', async (t) => {
    const place = { database: server.url, schema: 'renewing' }
    await killWhileRefreshing(t, place, 'calcom', full ? 6 : 1, full ? 3 : 1)
  })

  test('after a kill at any step of connecting nothing needs a person', async (t) => {
    const emptied = async () => {
      await emptySchema(server, 'connecting')
      return { database: server.url, schema: 'connecting' }
    }
    await killWhileConnecting(t, emptied, 'calcom')
  })
})
