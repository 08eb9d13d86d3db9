// Our errors repeat the names of our tables from a message of Postgres, and never a value.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import { systemClock } from '../../src/core/clock.ts'
import type { PunctualError } from '../../src/index.ts'
import { failure } from '../../src/store/postgres/failure.ts'
import { postgres } from '../../src/store/postgres.ts'
import { settle } from '../outbox/consumer.ts'
import { faultsOf } from '../support/fault-recorder.ts'
import { baseUrl, startHost } from '../support/host.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

const changes = [
  [
    'alter table SCHEMA.attempts rename column state_hash to hash',
    '42703',
    /does not have the column "[\w.]*state_hash"/,
  ],
  ['drop table SCHEMA.attempts', '42P01', /does not have the table "[\w.]*attempts"/],
] as const
for (const [index, [change, reason, sentence]] of changes.entries()) {
  test(`a change of the schema is reported once, by name, and ready() rejects: ${change}`, async (t) => {
    const schema = `changed_${index}`
    const host = await startHost(t, { store: postgres({ url: server.url, schema }), clock: systemClock })
    await host.punctual.ready()
    const faults = faultsOf(host.punctual)
    await server.run(change.replace('SCHEMA', schema))
    for (let time = 0; time < 2; time++)
      assert.equal((await host.punctual.handler(new Request(`${baseUrl}/connect/calendly`))).status, 503)
    await settle()
    assert.deepEqual(
      faults.map(({ code, reason }) => [code, reason]),
      [['store_unavailable', reason]],
    )
    assert.match(faults[0]?.message ?? '', sentence)
    assert.match(faults[0]?.message ?? '', /; undo what was changed in the schema, or restore a backup\.$/)
    await assert.rejects(host.punctual.ready(), { reason, message: sentence })
  })
}

test('a constraint is reported by its name, without the value that broke it', async (t) => {
  const store = postgres({ url: server.url, schema: 'constrained' })
  await store.open(systemClock)
  t.after(() => store.close())
  await server.run("alter table constrained.clients add constraint short check (reason <> 'hunter2')")
  const refusal = { credentials: 'c', grant: 'g', code: 'invalid_client', repeatedAfterMs: 60_000, probeInMs: 1000 }
  const error = await store.clients.refuse('calendly', { ...refusal, reason: 'hunter2' }).then(
    () => null,
    (error: PunctualError) => error,
  )
  assert.match(error?.message ?? '', / refused a statement about "short" \(23514\)\.$/)
  assert.ok(!inspect(error?.message).includes('hunter2'))
})

test('a message that holds no name of ours is not repeated', () => {
  const error = { code: '42703', message: 'column "hunter2; drop" does not exist' }
  assert.match(
    failure('Postgres', error).message,
    /^Postgres does not have the column that this version needs \(42703\);/,
  )
})

test('an untrusted certificate is reported with the option that helps', () => {
  const { message, reason, retryable } = failure('Postgres', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  assert.match(
    message,
    /^Postgres has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\); .* ssl: \{ ca \} /,
  )
  assert.deepEqual([reason, retryable], ['DEPTH_ZERO_SELF_SIGNED_CERT', false])
})
