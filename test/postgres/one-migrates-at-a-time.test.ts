// Replicas that start together: one changes the schema, and the others wait for it, for longer than any statement may take.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { postgres } from '../../src/store/postgres.ts'
import { startPostgres } from './server.ts'

test('a process waits while another one changes the schema, and no statement of it waits', async (t) => {
  const server = await startPostgres(['-c', 'log_statement=all'])
  const [first, second] = [1, 2].map(() => postgres({ url: server.url, notify: false, statementTimeout: 2000 }))
  const migrating = await server.connect()
  t.after(async () => {
    await migrating.end()
    await Promise.all([first?.close(), second?.close()])
    await server.end()
  })
  await first?.open(systemClock)
  const [table] = await server.run(
    "select table_schema as name from information_schema.tables where table_name = 'punctual_migrations_lock'",
  )
  await migrating.query('begin')
  await migrating.query(`select id from ${table?.name}.punctual_migrations_lock for update`)
  const asked = () => server.log().split('for update skip locked').length
  const before = asked()
  let isOpen = false
  const opening = second?.open(systemClock).then(() => {
    isOpen = true
  })
  while (asked() < before + 2) await server.run('select 1')
  assert.deepEqual(await server.run("select 1 from pg_stat_activity where wait_event_type = 'Lock'"), [])
  assert.equal(isOpen, false)
  await migrating.query('commit')
  await opening
  assert.equal(isOpen, true)
})
