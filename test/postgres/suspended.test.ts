// The same as test/processes/paused-longer-than-the-lease.test.ts on Postgres, where leases are judged by the server's clock; and a crowd.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openStore } from '../processes/open-store.ts'
import { pauseWhileConnecting, pauseWhileRefreshing } from '../processes/pauses.ts'
import { startHost } from '../support/host.ts'
import { type PostgresServer, startPostgres } from './server.ts'

const rounds = process.env.PUNCTUAL_FULL === '1' ? 100 : 1

let server: PostgresServer
let folder = ''
before(async () => {
  server = await startPostgres()
  folder = await mkdtemp(join(tmpdir(), 'punctual-'))
})
after(async () => {
  await server.end()
  await rm(folder, { recursive: true })
})

describe('a process on Postgres that is paused for longer than its lease', () => {
  test('loses no answer and presents nothing afterwards', async (t) => {
    const place = { database: server.url, schema: 'refreshing' }
    await pauseWhileRefreshing(t, place, folder, { client: 'calcom', how: 'stopped', rival: true, rounds })
  })

  test('connects, or reports that it has not', async (t) => {
    const place = { database: server.url, schema: 'connecting' }
    await pauseWhileConnecting(t, place, folder, { client: 'calendly', how: 'blocked', rival: true, rounds })
  })
})

test('ten thousand callers of one grant are served by few statements', async (t) => {
  const host = await startHost(t, {
    store: openStore({ database: server.url, schema: 'crowd' }),
    clock: { now: Date.now },
  })
  const connection = await host.connect('calendly')
  const calls = async () => Number((await server.run('select sum(xact_commit) as n from pg_stat_database'))[0]?.n)
  const before = await calls()
  const tokens = await Promise.all(Array.from({ length: 10_000 }, () => connection.token()))
  assert.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1)
  // The statistics come late: this checks the most that they may show.
  assert.ok((await calls()) - before < 1000)
})
