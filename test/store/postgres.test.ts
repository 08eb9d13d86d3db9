// The store contract on a real Postgres, each store in a schema without rows, and the promises about the engine: its clock,
// its refusals, migrations that several replicas start at once, and the SQL that all statements use.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type PostgresOptions, postgres, postgresEscrow } from '../../src/store/postgres.ts'
import { outsideCommonSql, statementsOf } from '../postgres/common-sql.ts'
import { storesInSchemas } from '../postgres/empty-schemas.ts'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'
import { storeContract } from './contract.ts'
import { attempt, connect, virtualClock } from './fixtures.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres(['-c', 'log_statement=all', '-c', 'log_line_prefix=[%a]'])
})
after(() => server.end())

let schemas = 0
const inSchema = (facts: Partial<PostgresOptions> = {}): PostgresOptions => ({
  url: server.url,
  schema: `s${++schemas}`,
  connections: 4,
  ...facts,
})

// The contract counts milliseconds, so the clock that open gets replaces the database's.
storeContract(
  'postgres',
  storesInSchemas(
    () => server,
    's0',
    () => inSchema(),
  ),
)

describe('the clock', () => {
  test("is the database's, not a replica's", async (t) => {
    const store = await opened(t, inSchema(), { ...systemClock, now: () => Date.now() + 900 })
    const [{ now } = { now: 0 }] = await server.run('select extract(epoch from clock_timestamp()) * 1000 as now')
    await store.attempts.insert(attempt('a'), 1000)
    const { createdAt = 0, expiresAt = 0 } = (await store.attempts.get('a')) ?? {}
    assert.ok(createdAt >= Math.floor(Number(now)) && createdAt < Number(now) + 500, `${createdAt - Number(now)}`)
    assert.equal(expiresAt, createdAt + 1000)
  })

  test('moves with a virtual clock', async (t) => {
    const clock = virtualClock()
    const store = await opened(t, inSchema(), clock)
    await store.attempts.insert(attempt('a'), 1000)
    clock.pass(86_400_000)
    await store.attempts.insert(attempt('b'), 1000)
    const times = await Promise.all(['a', 'b'].map(async (id) => (await store.attempts.get(id))?.createdAt ?? 0))
    for (const [index, time] of times.entries()) {
      const ahead = time - (Date.UTC(2030, 0, 1) + index * 86_400_000)
      assert.ok(ahead >= 0 && ahead < 500, `${ahead}`)
    }
  })
})

describe('opening', () => {
  test('replicas that start at the same moment migrate once', async (t) => {
    const options = inSchema()
    const replicas = Array.from({ length: 8 }, () => postgres(options))
    t.after(() => Promise.all(replicas.map((store) => store.close())))
    await Promise.all(replicas.map((store) => store.open(systemClock)))
    await Promise.all(replicas.map((store) => store.ping()))
    const created = server.log().split(`create table "${options.schema}"."grants"`).length - 1
    assert.equal(created, 1)
  })

  test('an older Punctual refuses the schema of a newer one, and leaves it alone', async (t) => {
    const options = inSchema()
    const store = await opened(t, options)
    await store.close()
    const ledger = `${options.schema}.punctual_migrations`
    await server.run(`insert into ${ledger} values ('9999_later', '2031-01-01T00:00:00.000Z')`)
    await assert.rejects(store.open(systemClock), {
      code: 'store_unavailable',
      reason: 'newer_schema',
      retryable: false,
      message: `postgres://127.0.0.1:${server.port}/postgres was written by a newer version of Punctual; update this one, or use the database that belongs to it.`,
    })
    await server.run(`delete from ${ledger} where name = '9999_later'`)
    await store.open(systemClock)
    await store.ping()
  })

  test("another program's tables are refused, and left as they are", async () => {
    const options = inSchema()
    await server.run(`create schema ${options.schema}; create table ${options.schema}.clients (id text)`)
    const message = new RegExp(`has another program's tables in the schema "${options.schema}"; name another one`)
    await assert.rejects(postgres(options).open(systemClock), { reason: 'foreign_database', message })
    const tables = `select * from information_schema.tables where table_schema = '${options.schema}'`
    assert.equal((await server.run(tables)).length, 1)
  })

  test('a user without the right to create anything opens what another user has migrated', async (t) => {
    const options = inSchema()
    await opened(t, options)
    await server.run(`create role guest login password 'guest'; grant usage on schema ${options.schema} to guest;
      grant select, insert, update, delete on all tables in schema ${options.schema} to guest;
      grant usage on all sequences in schema ${options.schema} to guest`)
    const store = await opened(t, { ...options, url: urlOf('guest', 'guest') })
    await connect(store)
    const stranger = inSchema({ url: urlOf('guest', 'guest') })
    await assert.rejects(postgres(stranger).open(systemClock), { reason: '42501', retryable: false, message: /42501/ })
  })

  const refused: [string, () => PostgresOptions, Record<string, unknown>][] = [
    [
      'a wrong password',
      () => inSchema({ url: urlOf('admin', 'hunter2') }),
      { reason: '28P01', retryable: false, message: /refuses this user or password \(28P01\)/ },
    ],
    [
      'a missing database',
      () => inSchema({ url: server.url.replace('/postgres', '/nowhere') }),
      { reason: '3D000', retryable: false, message: /nowhere does not have this database/ },
    ],
    [
      'a port on which no server listens',
      () => inSchema({ url: 'postgres://admin:hunter2@127.0.0.1:1/postgres' }),
      { reason: 'ECONNREFUSED', retryable: true, message: /127\.0\.0\.1:1\/postgres refuses connections/ },
    ],
  ]
  for (const [what, options, error] of refused)
    test(`${what} is reported with a sentence that does not show the password`, async () => {
      const opening = postgres(options()).open(systemClock)
      await assert.rejects(opening, { code: 'store_unavailable', ...error })
      await assert.rejects(opening, (thrown: Error) => !`${thrown.message} ${thrown.stack}`.includes('hunter2'))
    })

  test('a wrong option is refused with a sentence that names it', () => {
    const wrong: [unknown, RegExp][] = [
      ['', /^postgres: url must be an address/],
      ['mysql://x', /^postgres: url must be/],
      [null, /^postgres: url must be/],
      [{ url: server.url, schema: 'Bad Name' }, /schema must be a name/],
      [{ url: server.url, connections: 0 }, /connections must be a whole number from 1 to 1000/],
      [{ url: server.url, statementTimeout: 0.5 }, /statementTimeout must/],
    ]
    for (const [options, message] of wrong)
      assert.throws(() => postgres(options as string), { code: 'invalid_argument', message })
  })
})

describe('failures', () => {
  // A trigger raises the errors that a statement gets when a disk is full, a primary has become a standby, or an
  // administrator ends the session.
  for (const [reason, retryable] of Object.entries({ '53100': true, '57P01': true, '25006': true, '22023': false }))
    test(`${reason} is ${retryable ? '' : 'not '}retryable, and the next statement works`, async (t) => {
      const options = inSchema()
      const store = await opened(t, options)
      await server.run(`create function ${options.schema}.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'value-of-a-row' using errcode = '${reason}'; end $$;
        create trigger refuse before insert or update on ${options.schema}.health
        for each row execute function ${options.schema}.refuse()`)
      await assert.rejects(store.ping(), (error: Error) => {
        assert.deepEqual({ ...error }, { ...error, code: 'store_unavailable', reason, retryable })
        return !error.message.includes('value-of-a-row')
      })
      await server.run(`drop trigger refuse on ${options.schema}.health`)
      await store.ping()
    })

  test('too many connections are reported as retryable', async (t) => {
    const options = inSchema()
    await opened(t, options)
    await server.run(`create role few login superuser password 'few' connection limit 0`)
    await server.run('alter role few nosuperuser')
    const store = postgres({ ...options, url: urlOf('few', 'few') })
    await assert.rejects(store.open(systemClock), { reason: '53300', retryable: true })
  })

  test('a statement without a response ends at the deadline of this process or of the server', async (t) => {
    // Opening takes several statements, each of which must end within this time on a busy machine, too.
    const options = inSchema({ statementTimeout: 1000 })
    const store = await opened(t, options)
    const { connection } = await connect(store)
    await server.run(
      `create role hasty login superuser password 'hasty'; alter role hasty set statement_timeout = 1000`,
    )
    const patient = { ...options, statementTimeout: 30_000 }
    const hasty = await opened(t, { ...patient, url: urlOf('hasty', 'hasty') })
    const holder = await server.connect()
    t.after(() => holder.end())
    await holder.query(`begin; select * from ${options.schema}.grants for update`)
    await assert.rejects(store.grants.touch(connection.grant), { reason: 'timeout', retryable: true })
    await assert.rejects(hasty.grants.touch(connection.grant), { reason: '57014', retryable: true })
    await holder.query('commit')
    await store.grants.touch(connection.grant)
  })
})

describe('the statements', () => {
  test('use only SQL that other engines understand', async () => {
    const escrow = postgresEscrow(server.url)
    await escrow.append(['a', 'b'])
    await escrow.compact(() => ['c'])
    await escrow.assertOutside?.('any')
    await escrow.close?.()
    const statements = sent('any')
    assert.ok(statements.some((statement) => /delete from .*escrow_texts/.test(statement)))
    assert.ok(statements.length > 50, `${statements.length} statements`)
    const outside = statements.flatMap((statement) => {
      const wrong = outsideCommonSql(statement)
      return wrong ? [`${wrong}: ${statement}`] : []
    })
    assert.deepEqual(outside, [])
  })

  test('fail this test if they use other SQL', () => {
    const refused = [
      'set statement_timeout = 5',
      'select pg_advisory_xact_lock(1)',
      'select id::text from grants',
      "select data->'a' from grants",
      'prepare x as select 1',
      'create temp table x (id text)',
      'lock table grants',
      'select distinct on (id) id from grants',
      'merge into grants',
      "select set_config('a', 'b', false)",
    ]
    for (const statement of refused) assert.notEqual(outsideCommonSql(statement), null, statement)
  })

  test('find due rows, and everything else in a large table, by an index', async (t) => {
    const { schema = '' } = inSchema()
    const store = await opened(t, { url: server.url, schema })
    await store.grants.takeDue('calendly', 1, 1)
    // The log arrives through a pipe.
    const byItsClock = (statement: string) => /skip locked/.test(statement) && /<=.+statement_timestamp/.test(statement)
    for (let left = 100; !sent(schema).some(byItsClock); left--) {
      assert.ok(left > 0)
      await systemClock.sleep(50)
    }
    const read = sent(schema).filter((statement) =>
      /^(select|update|delete|with) .*(attempts|grants|connections|history|outbox|subjects|subscriptions|booking_keys|booking_links|connect_sessions|api_keys|tallies|error_groups|error_connections|activity_log|connection_terms|ended_ids)"/s.test(
        statement,
      ),
    )
    assert.ok(read.length > 60, `${read.length} statements`)
    const session = await server.connect()
    t.after(() => session.end())
    // The planner would scan an empty table as a whole, unless that is forbidden.
    await session.query('set enable_seqscan = off')
    for (const statement of read) {
      const plan = JSON.stringify((await session.query(`explain (generic_plan) ${statement}`)).rows)
      assert.doesNotMatch(plan, /Seq Scan on \w+/, `${statement}\n${plan}`)
      if (statement.includes('skip locked'))
        assert.match(
          plan,
          /LockRows.+Index Scan (Backward )?using \w+_(due|ended|expired|removed|revoked|created|at) on \w+.+Index Cond: \(.*\b(\w+_)?at (<=|>) /,
          plan,
        )
      // The oldest come first by the index: no row is sorted that is not returned.
      if (statement.includes('skip locked')) assert.doesNotMatch(plan, /LockRows[^}]+}[^}]+Sort/, plan)
    }
  })
})

/** The statements that the stores of this file have sent, each once, as if all had been sent to one schema. */
function sent(schema: string): string[] {
  const statements = [...statementsOf(server.log(), 'punctual')].map((text) => text.replace(/"s\d+"/g, `"${schema}"`))
  return [...new Set(statements)]
}

function urlOf(user: string, password: string): string {
  return server.url.replace(/\/\/.+@/, `//${user}:${password}@`)
}

async function opened(
  t: { after(end: () => Promise<void>): void },
  options: PostgresOptions,
  clock = systemClock,
): Promise<Store> {
  const store = postgres(options)
  t.after(() => store.close())
  await store.open(clock)
  return store
}
