// The Postgres database of a day ago takes the place of the one that the processes use, and they run on. PUNCTUAL_FULL=1 runs
// the size that is promised, at a provider that is fast enough for it.

import { test } from 'node:test'
import { postgres } from '../../src/store/postgres.ts'
import { startPostgres } from '../postgres/server.ts'
import { startPlace } from './place-kinds.ts'
import { few, restoreADay } from './restored-day.ts'
import { fastWorld, sandboxWorld } from './worlds.ts'

const isFull = process.env.PUNCTUAL_FULL === '1'
const grants = isFull ? 10_000 : 200

test(`${grants} grants live on after a Postgres has gone back by a day under running processes, with a SQLite file as escrow, and no spent token is presented`, async (t) => {
  const server = await startPostgres()
  t.after(() => server.end())
  const url = new URL(server.url)
  url.pathname = '/day'
  await server.run('create database day')
  const place = {
    runsOn: true,
    openStore: () => postgres({ url: url.href, connections: 8 }),
    backUp: async () => void (await server.run('create database backup template day')),
    async restore() {
      await server.run('alter database day allow_connections false')
      await server.run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'day'`)
      await server.run('alter database day rename to later')
      await server.run('alter database backup rename to day')
    },
  }
  const world = isFull ? fastWorld(t) : await sandboxWorld(t, grants + few)
  t.diagnostic(await restoreADay({ world, grants, escrow: await startPlace(t, 'sqlite'), place }))
})
