// Many grants that fall due together, and four replicas that refresh them while one after another is killed.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { openStore } from '../processes/open-store.ts'
import { startWorker, type Worker } from '../processes/run-worker.ts'
import { testKey } from '../support/host.ts'
import { seed, tokensOf } from './seed.ts'
import type { PostgresServer } from './server.ts'
import { startTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts'

export interface RefreshUnderKills {
  readonly grants: number
  /** All fall due within this time. */
  readonly withinMs: number
  /** The time between two kills. */
  readonly killEveryMs: number
  /**
   * Whether the killing ends with the work, and the minute is skipped after which a killed replica's grants come back.
   */
  readonly skipMinute: boolean
}

/** Grants that one replica refreshes at once: the default of `refreshConcurrency`. */
const atOnce = 32

export async function refreshUnderKills(
  server: PostgresServer,
  schema: string,
  workload: RefreshUnderKills,
): Promise<string> {
  await using provider = await startTokenEndpoint()
  const place = { database: server.url, schema }
  const store = openStore(place)
  await store.open(systemClock)
  await seed(server, {
    schema,
    client: 'calendly',
    count: workload.grants,
    dueInMs: (index) => Math.round((index / workload.grants) * workload.withinMs),
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
  for (const replica of replicas) assert.equal(await replica.next(), 'ready')
  const started = performance.now()
  let killed = 0
  let skipped = !workload.skipMinute
  for (let lastKill = started, left = workload.grants; left > 0; ) {
    await setTimeout(250)
    const [row] = await server.run(
      `select count(*) as grants, max(lease_until) as leased from ${schema}.grants where status = 'live' and generation = 1`,
    )
    left = Number(row?.grants)
    const now = performance.now()
    if (now - started > workload.withinMs + (workload.skipMinute ? 200_000 : 900_000)) {
      for (const replica of replicas) replica.kill()
      assert.fail(`${left} are left`)
    }
    const killing = !workload.skipMinute || !skipped
    if (killing && left > 0 && now - lastKill > workload.killEveryMs) {
      const [first, ...others] = replicas
      first?.kill()
      killed++
      const next = start(0)
      replicas = [...others, next]
      // On a busy machine, replicas would be killed faster than they start.
      assert.equal(await next.next(), 'ready')
      lastKill = performance.now()
    }
    // The rest waits for the end of a killed replica's claim: nothing changes any more.
    if (!skipped && now - started > workload.withinMs && left <= killed * 100 && provider.underWay() === 0) {
      skipped = true
      for (const replica of replicas) replica.kill()
      replicas = [1, 2, 3, 4].map(() => start(61_000))
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  for (const replica of replicas) replica.kill()
  for (const replica of replicas) await replica.ended

  const lost = await checkEveryGrant(server, schema, store, provider.seen)
  assert.equal(provider.seen.size, workload.grants)
  assert.ok(lost <= killed * atOnce, `${lost} lost`)
  await store.close()
  return `${workload.grants} grants, ${seconds} s, ${killed} kills, ${lost} answers lost with a killed replica`
}

/** Every grant was refreshed once, or its outcome is known to be unknown. Returns how many of the latter there are. */
async function checkEveryGrant(
  server: PostgresServer,
  schema: string,
  store: Store,
  seen: TokenEndpoint['seen'],
): Promise<number> {
  const rows = await server.run(`select id, account_id, status, reason, generation, tokens from ${schema}.grants`)
  const grants = createGrantRecords({ store, vault: createVault(createKeyring([testKey]), systemRandom) })
  let lost = 0
  for (const row of rows) {
    const index = Number(String(row.account_id).split('/').at(-1))
    const presented = seen.get(`rt-${index}-1`)
    assert.equal(presented?.accepted, 1)
    if (row.status === 'live') {
      assert.deepEqual([Number(row.generation), presented.refused], [2, 0])
      const { refreshToken } = grants.openSealed(String(row.id), String(row.tokens))
      assert.equal(refreshToken?.reveal(), `rt-${index}-2`)
    } else {
      // Its answer was on the way to a replica that was killed; so, perhaps, was the refusal after that.
      assert.deepEqual([row.status, row.reason], ['over', 'outcome_unknown'])
      assert.ok(presented.refused > 0)
      lost++
    }
  }
  return lost
}
