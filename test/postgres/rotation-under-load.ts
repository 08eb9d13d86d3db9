// A stock of grants that an older key has sealed, and a service that works on it while the command seals them again: callers
// read tokens, grants are refreshed, webhooks come. Not one of them may fail.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import { secret } from '../../src/core/secret.ts'
import type { Connection, Punctual, Store } from '../../src/index.ts'
import { createGrantRecords } from '../../src/records/grants.ts'
import { engineOf } from '../../src/store/sql/engine/engine.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { emptyFolder, runAlone } from '../cli/start.ts'
import { type Host, startHost, testKey } from '../support/host.ts'
import { cases } from '../webhooks/host.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current
const calcom = cases[1] ?? assert.fail('no Cal.com')
const accounts = ['ada', 'ben', 'chloe', 'dan', 'eve']
const batch = 500

export interface RotationUnderLoad {
  readonly store: () => Store
  /** PUNCTUAL_DATABASE */
  readonly database: string
  readonly rows: number
}

/** Returns what happened, in words. */
export async function rotateUnderLoad(t: TestContext, { store, database, rows }: RotationUnderLoad): Promise<string> {
  const service = store()
  const host: Host = await startHost(
    t,
    { store: service, deliverTo: { feed: true }, tokenMemoryMs: 0 },
    { deliver: (url, init) => punctual.handler(new Request(url, { ...init, method: 'POST' })) },
  )
  const connections: Connection[] = []
  for (const account of accounts) connections.push(await host.connect('calcom', { account, scopes: calcom.scopes }))
  for (const { id } of connections) await host.punctual.webhooks.subscribe(id, [calcom.events[0]])
  await fill(service, rows)
  const punctual = host.another({ store: store(), keys: [newKey, testKey] })
  await punctual.ready()
  punctual.start()

  const load = startLoad(host, punctual, connections, rows)
  const folder = emptyFolder()
  const settings = { PUNCTUAL_DATABASE: database, PUNCTUAL_DATA: folder, PUNCTUAL_KEYS: `${newKey},${testKey}` }
  const rotate = async () => {
    const { code, stdout, stderr } = await runAlone(['keys', 'rotate', '--json'], settings, folder)
    assert.equal(stderr, '')
    return { code, ...(JSON.parse(stdout) as { resealed: { grants: number }; unreadable: unknown[]; waiting: number }) }
  }
  const began = performance.now()
  const first = await rotate()
  const seconds = (performance.now() - began) / 1000
  const counts = await load.end()
  assert.deepEqual(load.failures, [])
  assert.deepEqual(first.unreadable, [])
  assert.ok(first.resealed.grants >= rows, `${first.resealed.grants} were sealed again`)
  // What a refresh had in its hands is sealed by the next run, after the refreshes.
  const last = await rotate()
  assert.deepEqual([last.code, last.waiting], [0, 0])
  assert.deepEqual(
    (await service.sealed.count([idOf(newKey)], 10)).filter(({ values }) => values !== null),
    [],
  )
  await punctual.stop()
  const alone = host.another({ store: store(), keys: [newKey] })
  for (const { id } of connections) assert.equal((await (await alone.connections.get(id)).test()).ok, true)
  const { events } = await alone.events.feed({ limit: 100 })
  assert.ok(events.some(({ type }) => type === 'webhook.received'))
  return `${rows} grants in ${seconds.toFixed(1)} s, beside ${counts.reads} reads, ${counts.refreshes} refreshes and ${counts.webhooks} webhooks, none of which failed`
}

/** Grants of generation 1, sealed with the older key, with a connection each. */
async function fill(store: Store, rows: number): Promise<void> {
  const engine = engineOf(store)
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const grants = createGrantRecords({ store, vault })
  const now = Date.now()
  for (let first = 0; first < rows; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, rows - first) }, (_, index) => first + index)
    const made = numbers.map((n) => {
      const [account, id] = [`stock ${n}`, grantId('calendly', `stock ${n}`)]
      const tokens = { accessToken: secret(`access ${n}`), refreshToken: secret(`refresh ${n}`) }
      return { n, account, id, tokens: grants.seal({ id, generation: 0, sealed: null }, tokens, null).tokens }
    })
    const zero = { lease_until: 0, doubt: 0, failures: 0, retry_at: 0, paced_at: 0 } as const
    const times = { expires_at: now + 86_400_000, used_at: now, created_at: now }
    await engine.write(async (trx) => {
      await trx
        .insertInto('grants')
        .values(
          made.map(({ id, account, tokens }) => {
            const facts = {
              client: 'calendly',
              account_id: account,
              scopes: '[]',
              status: 'live',
              spares: '[]',
            } as const
            return { id, tokens, generation: 1, ...facts, ...zero, ...times }
          }) as never,
        )
        .execute()
      await trx
        .insertInto('connections')
        .values(
          made.map(({ n, id, account }) => {
            const facts = { owner: account, client: 'calendly', account, grant_id: id, disconnected: 0 } as const
            return { id: `stock_${n}`, ...facts, created_at: now, updated_at: now }
          }) as never,
        )
        .execute()
    })
  }
}

function startLoad({ sandbox }: Host, punctual: Punctual, connections: readonly Connection[], rows: number) {
  const failures: string[] = []
  const counts = { reads: 0, refreshes: 0, webhooks: 0 }
  let isOver = false
  const repeat = async (what: string, work: (turn: number) => Promise<void>) => {
    for (let turn = 0; !isOver; turn++) {
      await work(turn).catch((error: unknown) => failures.push(`${what}: ${error}`))
      await new Promise(setImmediate)
    }
  }
  punctual.on((event) => event.type === 'fault' && failures.push(`fault: ${event.message}`))
  const reader = (own: number) => () =>
    repeat('read', async (turn) => {
      // Over the whole stock, in another order than that of the rotation.
      const n = (own * 7919 + turn * 104_729) % rows
      const { accessToken } = await (await punctual.connections.get(`stock_${n}`)).token()
      assert.equal(accessToken, `access ${n}`)
      counts.reads++
    })
  const refreshing = () =>
    repeat('refresh', async (turn) => {
      const { id } = connections[turn % connections.length] ?? assert.fail()
      const { outcome } = await (await punctual.connections.get(id)).refresh()
      assert.ok(['renewed', 'current', 'postponed'].includes(outcome), outcome)
      if (outcome === 'renewed') counts.refreshes++
      else await new Promise((resolve) => setTimeout(resolve, 50))
    })
  const webhooks = () =>
    repeat('webhook', async (turn) => {
      const one = await punctual.connections.get(connections[turn % connections.length]?.id ?? '')
      const day = new Date(Date.UTC(2030, 0, 7 + 7 * turn, 10 + (turn % 5))).toISOString()
      await calcom.book(one, day).catch(() => '')
      await sandbox.delivered()
    })
  punctual.on((event) => {
    if (event.type === 'webhook.received') counts.webhooks++
    if (event.type === 'webhook.refused') failures.push(`webhook: ${event.reason}`)
    if (event.type === 'connection.needs_reconnect') failures.push(`ended: ${event.reason}`)
  })
  const loops = [reader(1)(), reader(2)(), reader(3)(), reader(4)(), refreshing(), webhooks()]
  return {
    failures,
    async end() {
      isOver = true
      await Promise.all(loops)
      return counts
    },
  }
}
