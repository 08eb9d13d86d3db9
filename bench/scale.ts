// One million connections in Postgres: what a tick of the keeper costs by what is due, reads, size on disk, plans.
// By hand, not in npm test: `node --import ./tools/source-resolution.ts bench/scale.ts [--connections 1000000]
// [--due 100000]`. Prints the tables of docs/guide/scale.md; needs 3 GB of disk and some minutes.

import { cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { systemClock, systemRandom } from '../src/core/clock.ts'
import { grantId } from '../src/core/grant.ts'
import type { Provider } from '../src/core/provider.ts'
import { secret } from '../src/core/secret.ts'
import { createSetAside } from '../src/core/set-aside.ts'
import { createSchedule, type KeepWarm } from '../src/keeper/due.ts'
import { createKeeper } from '../src/keeper/keeper.ts'
import { createTokenMemory } from '../src/keeper/token-memory.ts'
import { calcom, calendly } from '../src/providers/index.ts'
import { createPunctual } from '../src/punctual.ts'
import { createGrantRecords } from '../src/records/grants.ts'
import { postgres } from '../src/store/postgres.ts'
import { createVault } from '../src/vault/cipher.ts'
import { createKeyring } from '../src/vault/keyring.ts'
import { statementsOf } from '../test/postgres/common-sql.ts'
import { accountOf, seed, tokensOf } from '../test/postgres/seed.ts'
import { startPostgres } from '../test/postgres/server.ts'
import { baseUrl, testKey } from '../test/support/host.ts'

const { values } = parseArgs({
  options: { connections: { type: 'string', default: '1000000' }, due: { type: 'string', default: '100000' } },
})
const [connections, mostDue] = [Number(values.connections), Number(values.due)]
const schema = 'punctual'
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`
const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

const server = await startPostgres(['-c', 'fsync=on', '-c', 'shared_buffers=2GB', '-c', 'log_line_prefix=[%a]'])
const store = postgres({ url: server.url, schema, notify: false, statementTimeout: 600_000 })
await store.open(systemClock)
const vault = createVault(createKeyring([testKey]), systemRandom)
const grants = createGrantRecords({ store, vault })
const client = calendly({ clientId: 'client', clientSecret: 'secret', scopes: ['users:read'] })

/** A provider that answers at once. */
let requests = 0
const fetch = async () => {
  requests++
  const answer = {
    access_token: 'b'.repeat(600),
    refresh_token: `rt-${requests}`,
    token_type: 'Bearer',
    expires_in: 7200,
  }
  return Response.json({ ...answer, scope: 'users:read' })
}

/** A keeper, and a way to wait for all that it has begun. */
function keeper(): { refreshDue(): Promise<void> } {
  const nothing = () => {}
  const begun = new Set<Promise<unknown>>()
  const never = new AbortController().signal
  const { refreshDue } = createKeeper({
    settings: {
      clients: new Map([[client.id, client]]),
      clock: systemClock,
      random: systemRandom,
      keepWarm: 'always',
      refreshConcurrency: 32,
    },
    store,
    grants,
    tokenMemory: createTokenMemory({ clock: systemClock, memoryMs: 0 }),
    transport: { fetch, clock: systemClock },
    journal: {
      keep: async () => ({ durable: false }),
      newer: () => null,
      holds: () => false,
      size: () => 0,
      keepAnswer: async () => ({ durable: false }),
      holdsAnswer: () => false,
      replay: async () => 'done' as const,
      load: async () => {},
    },
    replay: {
      bringAnswersTo: nothing,
      ready: async () => {},
      now: async () => 'done',
      round: async () => {},
      soon: nothing,
      last: async () => {},
    },
    reports: {
      ofGrants: { refreshed: nothing, journaled: nothing, ended: nothing, recovered: nothing, away: nothing },
      ofClients: { misconfigured: nothing, recovered: nothing },
    },
    background: {
      track(work) {
        const seen = work.catch(console.error).finally(() => begun.delete(seen))
        begun.add(seen)
      },
      goesOn: () => true,
      stopping: () => never,
    },
    aside: createSetAside(systemClock, console.error),
  })
  return {
    async refreshDue() {
      await refreshDue(client)
      while (begun.size > 0) await Promise.all(begun)
    },
  }
}

async function fill(): Promise<void> {
  const started = performance.now()
  await seed(server, {
    schema,
    client: client.id,
    count: connections,
    dueInMs: () => 30 * 86_400_000,
    tokens: (index) => tokensOf(`rt-${index}-1-${'r'.repeat(32)}`),
  })
  await server.run('vacuum analyze')
  console.log(`\n${connections} connections stored in ${seconds(performance.now() - started)}\n`)
}

async function sizes(): Promise<void> {
  row('table', 'rows', 'bytes a row', 'with its indexes', 'on disk')
  row('---', '---:', '---:', '---:', '---:')
  let all = 0
  for (const table of ['grants', 'connections', 'history']) {
    const [size] = await server.run(
      `select pg_relation_size($1) as heap, pg_total_relation_size($1) as total, (select count(*) from ${schema}.${table}) as rows`,
      [`${schema}.${table}`],
    )
    const [heap, total, rows] = [Number(size?.heap), Number(size?.total), Number(size?.rows)]
    all += total
    row(table, rows, Math.round(heap / rows), Math.round(total / rows), mb(total))
  }
  row('all', '', '', Math.round(all / connections), mb(all))
}

/** Makes the first `count` grants due. */
async function makeDue(count: number): Promise<void> {
  const now = `cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint)`
  await server.run(
    `update ${schema}.grants set due_at = ${now} + 2592000000, paced_at = 0 where due_at < ${now} + 86400000`,
  )
  const ids = Array.from({ length: count }, (_, index) => grantId(client.id, accountOf(index)))
  // Within the ten minutes before.
  await server.run(
    `update ${schema}.grants set due_at = ${now} - 1 - (number * 7919) % 600000
      from unnest($1::text[]) with ordinality as given (id, number) where grants.id = given.id`,
    [ids],
  )
  await server.run('vacuum analyze')
}

async function ticks(): Promise<void> {
  console.log()
  row('due', 'taking them alone', 'a whole tick, with every refresh', 'refreshes a second', 'memory before', 'at most')
  row('---:', '---:', '---:', '---:', '---:', '---:')
  for (const due of [0, 1000, mostDue]) {
    await makeDue(due)
    const [taken, taking] = await timed(async () => {
      let taken = 0
      for (let ids = 1; ids > 0; ) taken += ids = (await store.grants.takeDue(client.id, 100, 60_000)).length
      return taken
    })
    if (taken !== due) throw new Error(`${taken} were taken, ${due} are due`)
    await makeDue(due)
    const before = process.memoryUsage().rss
    let most = before
    const sampler = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 50)
    const [, whole] = await timed(() => keeper().refreshDue())
    clearInterval(sampler)
    const rate = due === 0 ? '' : Math.round(due / (whole / 1000))
    row(
      due,
      `${taking.toFixed(1)} ms`,
      due === 0 ? `${whole.toFixed(1)} ms` : seconds(whole),
      rate,
      mb(before),
      mb(most),
    )
  }
}

async function reads(): Promise<void> {
  const punctual = createPunctual({
    baseUrl,
    keys: [testKey],
    store,
    clients: [client],
    currentOwner: () => null,
    journal: null,
  })
  const read = async () => {
    const index = Math.floor(Math.random() * connections)
    const connection = await punctual.connections.get(`connection_${grantId(client.id, accountOf(index))}`)
    await connection.token({ minimumValidityMs: 0 })
  }
  console.log()
  row('callers at once', 'connections.get and token() a second', 'half within', '99 % within')
  row('---:', '---:', '---:', '---:')
  for (const callers of [1, 16]) {
    const taken: number[] = []
    const until = performance.now() + 10_000
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < until) taken.push((await timed(read))[1])
      }),
    )
    taken.sort((a, b) => a - b)
    const at = (part: number) => `${(taken[Math.floor(taken.length * part)] ?? 0).toFixed(1)} ms`
    row(callers, Math.round(taken.length / 10), at(0.5), at(0.99))
  }
}

async function plans(): Promise<void> {
  await server.run(`alter system set log_statement = 'all'`)
  await server.run('select pg_reload_conf()')
  await systemClock.sleep(500)
  await store.grants.takeDue(client.id, 100, 60_000)
  await store.grants.get(grantId(client.id, accountOf(1)))
  await store.connections.list({ owner: `owner of ${accountOf(1)}`, limit: 50 })
  await systemClock.sleep(500)
  const samples = ['60000', `'${grantId(client.id, accountOf(1))}'`, `'owner of ${accountOf(1)}'`]
  for (const statement of statementsOf(server.log(), 'punctual')) {
    const known = /skip locked|^select \*|^select .*"owner" = /s.test(statement)
    if (!known) continue
    const filled = statement.includes('skip locked')
      ? statement
          .replace('$1', '100')
          .replace('$2', '60000')
          .replace(/limit \$\d/, 'limit 100')
          .replace(/\+ \$\d/, '+ 60000')
      : statement
          .replace(/limit \$\d/, 'limit 50')
          .replace(/"disconnected" = \$\d/, '"disconnected" = 0')
          .replace(/= \$\d/, `= ${samples[/"owner"/.test(statement) && /limit/.test(statement) ? 2 : 1]}`)
    console.log(`\n${filled}`)
    for (const due of filled.includes('skip locked') ? [0, mostDue] : [0]) {
      if (filled.includes('skip locked')) await makeDue(due)
      const lines = await server.run(`begin; explain (analyze, buffers, costs off, timing off) ${filled}`)
      console.log(filled.includes('skip locked') ? `-- ${due} due` : '')
      for (const line of lines) console.log(line['QUERY PLAN'])
    }
  }
}

/** Token requests a day, from the times that the product itself draws. `used`: one connection in ten is used every day. */
function policies(): void {
  console.log()
  row('keepWarm', ...['Calendly', 'Cal.com'].map((name) => `${name}, a day`))
  row('---', '---:', '---:')
  const day = 86_400_000
  const all = [client, calcom({ clientId: 'client', clientSecret: 'secret', scopes: ['PROFILE_READ'] })]
  const drawn = (keepWarm: KeepWarm, provider: Provider) => {
    const answer = { expiresInMs: null, refreshToken: secret('r') }
    const plans = Array.from({ length: 10_000 }, () =>
      createSchedule({ random: systemRandom, keepWarm })(provider, answer, 0),
    )
    const mean =
      plans.reduce((sum, { refreshInMs }) => sum + (refreshInMs ?? Number.POSITIVE_INFINITY), 0) / plans.length
    return (connections * day) / mean
  }
  const [warm, idle] = [
    all.map(({ provider }) => drawn('always', provider)),
    all.map(({ provider }) => drawn('never', provider)),
  ]
  const cell = (requests: number) => Math.round(requests / 1000) * 1000
  row('always', ...warm.map(cell))
  row('used, a tenth is', ...warm.map((requests, index) => cell(requests * 0.1 + (idle[index] ?? 0) * 0.9)))
  row('never (beside those of callers)', ...idle.map(cell))
}

async function timed<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const started = performance.now()
  return [await work(), performance.now() - started]
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${mb(totalmem())}, Node ${process.versions.node}, load ${loadavg()[0]}`,
)
policies()
await fill()
await sizes()
await reads()
await ticks()
await plans()
console.log(`\nload ${loadavg()[0]}`)
await store.close()
await server.end()
