// Many grants that fall due together, and four replicas that renew them while one after another is killed.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { createGrants } from '../../src/records/grants.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { openStore } from '../processes/open-store.ts'
import { startWorker, type Worker } from '../processes/run-worker.ts'
import { testKey } from '../support/host.ts'
import { seed, tokensOf } from './seed.ts'
import type { Server } from './server.ts'
import { startTokenEndpoint } from './token-endpoint.ts'

export interface Keeping {
  readonly grants: number
  /** Ms within which all fall due. */
  readonly within: number
  /** Ms between two kills. */
  readonly killEvery: number
  /** Whether the killing ends with the work, and the minute is skipped after which a killed replica's grants come back. */
  readonly skipMinute: boolean
}

/** Grants that one replica renews at once. */
const atOnce = 8

export async function keepUnderKills(server: Server, schema: string, wish: Keeping): Promise<string> {
  await using provider = await startTokenEndpoint()
  const place = { database: server.url, schema }
  const store = openStore(place)
  await store.open(systemClock)
  await seed(server, {
    schema,
    client: 'calendly',
    count: wish.grants,
    dueIn: (index) => Math.round((index / wish.grants) * wish.within),
    tokens: (index) => tokensOf(`rt-${index}-1`),
  })

  const hosts = { auth: provider.url, app: provider.url, api: provider.url }
  const { app: _, ...calendly } = hosts
  const { auth: __, ...calcom } = hosts
  const start = (ahead: number): Worker =>
    startWorker({
      ...place,
      ahead,
      sandbox: {
        calendly: { hosts: calendly, clientId: 'client', clientSecret: 'secret' },
        calcom: { hosts: calcom, clientId: 'client', clientSecret: 'secret' },
      },
      work: { kind: 'keep' },
    })
  let replicas = [1, 2, 3, 4].map(() => start(0))
  const started = performance.now()
  let killed = 0
  let skipped = !wish.skipMinute
  for (let lastKill = started, left = wish.grants; left > 0; ) {
    await setTimeout(250)
    const [row] = await server.run(
      `select count(*) as grants, max(lease_until) as leased from ${schema}.grants where status = 'live' and generation = 1`,
    )
    left = Number(row?.grants)
    const now = performance.now()
    if (now - started > wish.within + (wish.skipMinute ? 60_000 : 900_000)) {
      for (const replica of replicas) replica.kill()
      assert.fail(`${left} are left`)
    }
    const killing = !wish.skipMinute || !skipped
    if (killing && left > 0 && now - lastKill > wish.killEvery) {
      lastKill = now
      const [first, ...others] = replicas
      first?.kill()
      killed++
      replicas = [...others, start(0)]
    }
    // What is left waits for the end of a killed replica's claim: nothing moves any more.
    if (!skipped && now - started > wish.within && left <= killed * 100 && provider.underWay() === 0) {
      skipped = true
      for (const replica of replicas) replica.kill()
      replicas = [1, 2, 3, 4].map(() => start(61_000))
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  for (const replica of replicas) replica.kill()
  for (const replica of replicas) await replica.ended
  await store.close()

  const rows = await server.run(`select id, account_id, status, reason, generation, tokens from ${schema}.grants`)
  const grants = createGrants({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
  let lost = 0
  for (const row of rows) {
    const index = Number(String(row.account_id).split('/').at(-1))
    const seen = provider.seen.get(`rt-${index}-1`)
    assert.equal(seen?.taken, 1)
    if (row.status === 'live') {
      assert.deepEqual([Number(row.generation), seen.refused], [2, 0])
      const { refreshToken } = grants.openSealed(String(row.id), String(row.tokens))
      assert.equal(refreshToken?.reveal(), `rt-${index}-2`)
    } else {
      // Its answer was on the way to a replica that was killed; so, perhaps, was the refusal after that.
      assert.deepEqual([row.status, row.reason], ['over', 'outcome_unknown'])
      assert.ok(seen.refused > 0)
      lost++
    }
  }
  assert.equal(provider.seen.size, wish.grants)
  assert.ok(lost <= killed * atOnce, `${lost} lost`)
  return `${wish.grants} grants, ${seconds} s, ${killed} kills, ${lost} answers lost with a killed replica`
}
