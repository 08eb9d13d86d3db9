// Every statement of the product on a Postgres with many connections, grants, events and history entries: none reads
// more rows than a few pages, wherever in the stock they lie, and none sorts more. In full size it is a million of each.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { systemClock } from '../../src/core/clock.ts'
import { announcedTypes } from '../../src/core/events.ts'
import { grantId } from '../../src/core/grant.ts'
import { postgres } from '../../src/store/postgres.ts'
import { liveWhole } from '../store/whole-life.ts'
import { type PostgresServer, startPostgres } from './server.ts'

const stock = process.env.PUNCTUAL_FULL ? 1_000_000 : 100_000
/** More than any statement may read: the largest page has 500 rows, and a list is made of a few. */
const mostRows = 2000

/** Statements that may read more, each for its reason. */
const known = [
  // All history of one grant, for each entry of the journal that a crash has left.
  /^select "seq" from "m"\."history" where "grant_id" = \$1 and "connection" is null and "type" = /,
  // All error groups, for a person who is erased or exported: there are 500 by default.
  /^select .* from "m"\."error_groups" order by "id"$/,
]

let server: PostgresServer
before(async () => {
  server = await startPostgres(['-c', 'max_wal_size=8GB', '-c', 'maintenance_work_mem=256MB'])
})
after(() => server.end())

test('no statement reads or sorts the stock', { timeout: 900_000 }, async (t) => {
  const store = postgres({ url: server.url, schema: 'm', connections: 3, notify: false })
  t.after(() => store.close())
  await store.open(systemClock)
  await fill()
  const sent = noteStatements()
  t.after(sent.end)
  await liveWhole(store, announcedTypes)
  sent.end()
  assert.ok(sent.statements.size > 70, `${sent.statements.size} statements`)
  const session = await server.connect()
  t.after(() => session.end())
  const slow: string[] = []
  for (const [text, values] of sent.statements) {
    await session.query('begin')
    const { rows } = await session.query(`explain (analyze, timing off, format json) ${text}`, [...values])
    await session.query('rollback')
    const plan = rows[0]['QUERY PLAN'][0].Plan
    const read = mostRead(plan)
    if (read > mostRows && !known.some((pattern) => pattern.test(text)))
      slow.push(`${read} rows: ${text}\n${JSON.stringify(plan, null, 1)}`)
  }
  assert.deepEqual(slow, [])
  const whole = 'explain (analyze, format json) select * from m.connections order by updated_at limit 5'
  assert.ok(mostRead((await session.query(whole)).rows[0]['QUERY PLAN'][0].Plan) >= stock, 'a scan is counted')
})

interface Plan {
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}

/** The most rows that a step of the plan has read: those that it returned, and those that it left out. */
function mostRead(plan: Plan): number {
  const perLoop =
    plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  return Math.max(perLoop * plan['Actual Loops'], ...(plan.Plans ?? []).map(mostRead))
}

/** The statements that this process sends from now on, each with its last values; but not the inserts of one row. */
function noteStatements() {
  const statements = new Map<string, readonly unknown[]>()
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...how: unknown[]) {
    const [first, second] = how
    const { text = first, values = second } = (typeof first === 'object' ? first : {}) as Record<string, unknown>
    if (typeof text === 'string' && /^(select|update|delete|with|insert(?!.* values \())\b/s.test(text))
      statements.set(text, Array.isArray(values) ? values : [])
    return Reflect.apply(query, this, how)
  } as never
  return {
    statements,
    end() {
      pg.Client.prototype.query = query
    },
  }
}

/**
 * As many of each kind, by one statement a table, before its indexes. One connection in ten has to be reconnected, one
 * in ten is disconnected; they come first, so that a list that skips them reads many. One grant has a long history.
 */
async function fill(): Promise<void> {
  const swept = [
    'outbox',
    'feed',
    'subscriptions',
    'booking_keys',
    'booking_links',
    'connect_sessions',
    'api_keys',
    'tallies',
    'error_groups',
    'activity_log',
    'history',
  ]
  const kinds = swept.map((kind) => `'${kind}'`).join(', ')
  const [now, tenth] = [Date.now(), stock / 10]
  const indexes = await server.run(
    `select indexname, indexdef from pg_indexes where schemaname = 'm' and indexdef not like '%\\_pkey%'`,
  )
  for (const { indexname } of indexes) await server.run(`drop index m.${indexname}`)
  await server.run(`
    alter table m.connections disable trigger all;
    insert into m.grants (id, client, account_id, scopes, status, tokens, spares, generation, expires_at, due_at, renew_at,
        lease_until, doubt, failures, retry_at, paced_at, used_at, created_at)
      select 'stock_' || i, 'calendly', 'account ' || i, '[]', case when i <= ${tenth} then 'over' else 'live' end, 'sealed', '[]', 1,
        ${now + 7_200_000}, case when i > ${tenth} then ${now} + 3600000 + i end, ${now} + 3600000 + i, 0, 0, 0, 0, 0, 0, i
      from generate_series(1, ${stock}) as i;
    insert into m.connections (id, owner, client, account, grant_id, disconnected, needs_reconnect, created_at, updated_at)
      select 'stock_' || i, case when i % 2 = 0 then 'ann' else 'owner ' || i end, 'calendly', 'account ' || i, 'stock_' || i,
        case when i > ${tenth} and i <= ${2 * tenth} then 1 else 0 end, case when i <= ${tenth} then 1 else 0 end, 10 + i / 1000, i
      from generate_series(1, ${stock}) as i;
    insert into m.history (at, grant_id, connection, type, data)
      select i, case when i % 50 = 0 then '${grantId('calendly', 'one')}' else 'stock_' || i end,
        case when i % 100 = 0 then 'of another connection' end, 'stock', '{}'
      from generate_series(1, ${stock}) as i;
    insert into m.outbox (type, subject, client, owner, data, key, state, order_at, late, attempts, due_at, created_at, ended_at)
      select 'webhook.received', 'stock ' || i % ${3 * tenth}, 'calendly', case when i % 100 > 0 then 'owner ' || i % 1000 end, '{}',
        'stock ' || i, case when i > ${stock - tenth} then 'pending' else 'done' end, i, 0, 1, ${now + 3_600_000}, ${now},
        case when i <= ${stock - tenth} then ${now} end
      from generate_series(1, ${stock}) as i;
    insert into m.feed (position, event, type, owner, body, created_at)
      select i, 'stock ' || i, 'stock', case when i % 100 > 0 then 'owner ' || i % 1000 end, 'sealed', ${now}
      from generate_series(1, ${stock}) as i;
    update m.feed_end set position = ${stock};
    insert into m.subjects (subject, due_at) select 'stock ' || i, ${now + 3_600_000} from generate_series(0, ${tenth - 1}) as i;
    insert into m.attempts (id, client, owner, return_to, state_hash, nonce_hash, scopes, phase, another_account, created_at,
        expires_at, moved_at)
      select 'stock_' || i, 'calendly', 'owner', '/', i, i, '[]', case when i % 2 = 0 then 'begun' else 'finished' end, 0, 0,
        ${now - 300_000}, case when i % 2 = 0 then ${now - 900_000} else ${now - 300_000} end
      from generate_series(1, ${tenth}) as i;
    insert into m.subscriptions (id, connection, client, account, scope, events, state, "current", check_at, created_at)
      select 'stock_' || i, 'stock_' || i, 'calendly', 'a', 'user', '[]', 'active', 1, ${now + 3_600_000}, 0
      from generate_series(1, ${tenth}) as i;
    insert into m.booking_keys (connection, key, verb, request_digest, request, state, step, claim, lease_until, check_at, created_at)
      select case when i % 2 = 0 then 'c1' else 'stock_' || i % 1000 end, 'key ' || i, 'book', 'digest', 'sealed', case when i % 10 = 0 then 'begun' else 'done' end, 'booking', 1,
        ${now}, case when i % 10 = 0 then ${now} + 3600000 + i end, ${now} + i
      from generate_series(1, ${stock}) as i;
    insert into m.booking_links (connection, booking, chain, created_at)
      select case when i % 2 = 0 then 'c1' else 'stock_' || i end, 'stock ' || i, 'chain ' || i, ${now} + i from generate_series(1, ${stock}) as i;
    insert into m.connect_sessions (id, owner, return_to, clients, scopes, another_account, revision, created_at, expires_at)
      select 'stock_' || i, 'owner', '/', '[]', '{}', 0, 0, ${now} + i, ${now} + i from generate_series(1, ${stock}) as i;
    insert into m.api_keys (id, name, scopes, secret_hash, created_at, revoked_at, expires_at)
      select 'stock_' || i, 'key', '[]', 'hash', 10 + i / 1000, case when i % 10 = 0 then ${now} end, case when i % 10 = 1 then ${now} end
      from generate_series(1, ${stock}) as i;
    insert into m.connection_terms (term, connection)
      select case when i % 2 = 0 then 'ann' else 'owner ' || i end, 'stock_' || i from generate_series(1, ${stock}) as i;
    insert into m.tallies (kind, at, client, outcome, count)
      select case when i % 5 = 0 then 'call' else 'refresh' end, ${now} - 600000 * (i % 1000), 'client ' || i, 'ok', 1
      from generate_series(1, ${tenth}) as i;
    insert into m.error_groups (id, code, client, count, first_at, last_at, sentence, connections)
      select 'stock_' || i, 'stock', 'calendly', 1, ${now} - i, ${now} - i, 'stock', 10 from generate_series(1, ${tenth}) as i;
    insert into m.error_connections (error, connection)
      select 'stock_' || i % ${tenth}, 'stock_' || i from generate_series(1, ${stock}) as i;
    insert into m.activity_log (kind, at, client, data)
      select case when i % 2 = 0 then 'audit' else 'refusal' end, ${now} - ${stock} + i, case when i % 2 = 1 then 'client ' || i % 100 end, '{}'
      from generate_series(1, ${stock}) as i;
    insert into m.sweeps (kind, since, at)
      select kind, ${now - 7_200_000}, ${now} from unnest(array[${kinds}]) as kind;
    alter table m.connections enable trigger all`)
  for (const { indexdef } of indexes) await server.run(String(indexdef))
  await server.run('analyze')
}
