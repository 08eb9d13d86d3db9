// One million connections in Postgres: what a round of the keeper costs by what is due, reads, size on disk, plans. By hand,
// not in npm test: `npm run bench:scale -- [--connections 1000000] [--due 100000]`. Prints the tables and plans of
// docs/guide/scale.md; needs 3 GB of disk and some minutes.

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
import { accountOf, seed, tokensOf } from '../test/postgres/seed.ts'
import { startPostgres } from '../test/postgres/server.ts'
import { baseUrl, testKey } from '../test/support/host.ts'

const { values } = parseArgs({
  options: { connections: { type: 'string', default: '1000000' }, due: { type: 'string', default: '100000' } },
})
const [connections, mostDue] = [Number(values.connections), Number(values.due)]
const schema = 'punctual'
const hideForMs = 60_000
const refreshConcurrency = 32
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`)
const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
const million = connections === 1_000_000 ? 'a million' : connections

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

/** Runs one round of the keeper to its end. Returns how many grants it has refreshed. */
async function refreshWhatIsDue(): Promise<number> {
  const nothing = () => {}
  const begun = new Set<Promise<unknown>>()
  const never = new AbortController().signal
  let refreshed = 0
  const [clock, random, clients] = [systemClock, systemRandom, new Map([[client.id, client]])]
  const quiet = { journaled: nothing, ended: nothing, recovered: nothing, wentBack: nothing, away: nothing }
  const { refreshDue } = createKeeper({
    settings: { clients, clock, random, keepWarm: 'always', refreshConcurrency, measure: nothing, noteError: nothing },
    store,
    grants,
    tokenMemory: createTokenMemory({ clock: systemClock, memoryMs: 0 }),
    transport: { fetch, clock: systemClock },
    journal: {
      keep: async () => ({ durable: false }),
      newer: () => null,
      holds: () => false,
      size: () => 0,
      queues: () => new Set<string>(),
      keepAnswer: async () => ({ durable: false }),
      holdsAnswer: () => false,
      replay: async () => 'done' as const,
      ...{ load: async () => {}, drop: async () => {}, removeStored: async () => {} },
    },
    guard: null,
    replay: {
      bringAnswersTo: nothing,
      ready: () => null,
      answers: async () => {},
      round: async () => {},
      soon: nothing,
      last: async () => {},
    },
    reports: {
      ofGrants: { refreshed: () => refreshed++, ...quiet },
      ofClients: { misconfigured: nothing, recovered: nothing },
    },
    background: {
      track(work) {
        const seen = work.catch(console.error).finally(() => begun.delete(seen))
        begun.add(seen)
      },
      follow: (work) => work,
      goesOn: () => true,
      stopping: () => never,
    },
    aside: createSetAside(systemClock, console.error),
  })
  await refreshDue(client)
  while (begun.size > 0) await Promise.all(begun)
  return refreshed
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
  row('one connection', 'bytes on disk, with indexes')
  row('---', '---:')
  let all = 0
  const names = {
    grants: 'its grant, with the sealed tokens',
    connections: 'the connection',
    history: 'one entry of history',
  }
  for (const [table, name] of Object.entries(names)) {
    const [size] = await server.run(
      `select pg_total_relation_size($1) as total, (select count(*) from ${schema}.${table}) as rows`,
      [`${schema}.${table}`],
    )
    const bytes = Number(size?.total) / Number(size?.rows)
    all += bytes
    row(name, Math.round(bytes))
  }
  row('together', Math.round(all))
}

/** Makes the first `count` grants due, and no other. */
async function makeDue(count: number): Promise<void> {
  const now = `cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint)`
  await server.run(
    `update ${schema}.grants set due_at = ${now} + 2592000000, renew_at = ${now} + 2592000000, paced_at = 0
      where due_at < ${now} + 86400000`,
  )
  const ids = Array.from({ length: count }, (_, index) => grantId(client.id, accountOf(index)))
  // Within the ten minutes before.
  await server.run(
    `update ${schema}.grants set due_at = ${now} - 1 - (number * 7919) % 600000, renew_at = ${now} - 600000
      from unnest($1::text[]) with ordinality as given (id, number) where grants.id = given.id`,
    [ids],
  )
  await server.run(`vacuum analyze ${schema}.grants`)
}

async function claimAll(): Promise<number> {
  for (let all = 0; ; ) {
    const { length } = await store.grants.takeDue(client.id, refreshConcurrency, hideForMs)
    if (length === 0) return all
    all += length
  }
}

async function rounds(): Promise<void> {
  console.log()
  const claims = `claiming them, ${refreshConcurrency} at a time`
  row(`due, of ${million}`, claims, 'a whole round, each refreshed', 'refreshes a second', 'additional memory')
  row('---:', '---:', '---:', '---:', '---:')
  for (const due of [0, 1000, mostDue]) {
    await makeDue(due)
    const [claimed, claiming] = await timed(claimAll)
    if (claimed !== due) throw new Error(`${claimed} were claimed, ${due} are due`)
    await makeDue(due)
    const before = process.memoryUsage().rss
    let most = before
    const sampler = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 50)
    const [refreshed, whole] = await timed(refreshWhatIsDue)
    clearInterval(sampler)
    if (refreshed !== due) throw new Error(`${refreshed} were refreshed, ${due} were due`)
    if (due === 0) row(due, '', seconds(whole), '', '')
    else row(due, seconds(claiming), seconds(whole), Math.round(refreshed / (whole / 1000)), `+${mb(most - before)}`)
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
  row('reads: `connections.get` and `token()` of a valid token', 'a second', 'half within', '99 % within')
  row('---', '---:', '---:', '---:')
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
    const name = callers === 1 ? 'one caller at a time' : `${callers} callers at once`
    row(name, Math.round(taken.length / 10), at(0.5), at(0.99))
  }
}

/** The statements by which due grants are claimed and an owner's connections are listed, as the store sends them. */
async function plans(): Promise<void> {
  await server.run(`alter system set log_statement = 'all'`)
  await server.run('select pg_reload_conf()')
  await systemClock.sleep(1000)
  await store.grants.takeDue(client.id, 100, hideForMs)
  await store.connections.list({ owner: `owner of ${accountOf(1)}`, limit: 50 })
  await systemClock.sleep(1000)
  const isClaim = (statement: string) => statement.includes('"due" as materialized')
  const sent = sentStatements(server.log())
  const [claim, list] = [sent.find(isClaim), sent.find((statement) => statement.includes(`'owner of `))]
  for (const [what, due, statement] of [
    ['claiming, nothing due', 0, claim],
    [`claiming a hundred of ${mostDue}`, mostDue, claim],
    ['the connections of an owner', 0, list],
  ] as const) {
    await makeDue(due)
    console.log(`\n${what}:\n`)
    const lines = await server.run(`begin; explain (analyze, buffers, costs off, timing off) ${statement}`)
    for (const line of lines) console.log(line['QUERY PLAN'])
    await server.run('rollback')
  }
}

/** The statements of the store in a log, with the values of their parameters in place. */
function sentStatements(log: string): string[] {
  const sent = log.matchAll(/^\[punctual\]LOG: {2}execute [^:]+: (.*)\n\[punctual\]DETAIL: {2}Parameters: (.*)$/gm)
  return [...sent].map(([, statement = '', parameters = '']) => {
    const values = new Map(
      [...parameters.matchAll(/(\$\d+) = ('[^']*'|NULL)/g)].map(([, name, value]) => [name, value]),
    )
    return statement.replace(/\$\d+/g, (name) => values.get(name)?.replace(/^'(-?\d+)'$/, '$1') ?? name)
  })
}

/** Token requests a day, from the times that the product itself draws. `used`: one connection in ten is used every day. */
function policies(): void {
  console.log()
  row('`keepWarm`', 'Calendly (tokens of 2 h)', 'Cal.com (tokens of 30 min)')
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
  const cell = (requests: number) => Number(requests.toPrecision(3)).toLocaleString('en').replaceAll(',', ' ')
  row('`always`', ...warm.map(cell))
  row('`used` (default)', ...warm.map((requests, index) => cell(requests * 0.1 + (idle[index] ?? 0) * 0.9)))
  row('`never`, not counting those that callers wait for', ...idle.map(cell))
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
await rounds()
await plans()
console.log(`\nload ${loadavg()[0]}`)
await store.close()
await server.end()
