// Several processes on one Postgres: one spender, no grant renewed twice, nothing lost that was not lost with a process
// that was killed. PUNCTUAL_FULL=1 runs it in the size that is promised, which takes some minutes.

import { after, before, describe, it } from 'node:test'

import { killWhileConnecting, killWhileRefreshing } from '../processes/kills.ts'
import { refreshOnceARound } from '../processes/refresh-rounds.ts'
import { keepUnderKills } from './keeping.ts'
import { type Server, startPostgres } from './server.ts'

const full = process.env.PUNCTUAL_FULL === '1'

let server: Server
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

describe('processes on one Postgres', () => {
  const callers = 300
  const rounds = full ? 200 : 5
  it(`four with ${callers} callers each make one token request a round, ${rounds} rounds`, async (t) => {
    const place = { database: server.url, schema: 'rounds' }
    await refreshOnceARound(t, place, { client: 'calendly', processes: 4, callers, rounds })
  })

  const size = full
    ? { grants: 10_000, within: 60_000, killEvery: 5000, skipMinute: false }
    : { grants: 600, within: 4000, killEvery: 2000, skipMinute: true }
  it(`four renew ${size.grants} grants that fall due together, each once, while one after another is killed`, async (t) => {
    t.diagnostic(await keepUnderKills(server, 'keeping', size))
  })

  it('killed while it renews: the grant works, or its lost answer is known as such', async (t) => {
    const place = { database: server.url, schema: 'renewing' }
    await killWhileRefreshing(t, place, 'calcom', full ? 50 : 14, full ? 3 : 1)
  })

  it('killed while it connects: nothing needs a person, whichever step it was at', async (t) => {
    await killWhileConnecting(t, (fatal) => ({ database: server.url, schema: `connecting_${fatal}` }), 'calcom')
  })
})
