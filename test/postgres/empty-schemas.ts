// Empty schemas for the tests of the store in Postgres. To make one takes longer than most of these tests, so a schema that
// a store has left is emptied and used again.

import type { Clock } from '../../src/core/clock.ts'
import { type PostgresOptions, postgres } from '../../src/store/postgres.ts'
import type { StoreFactory } from '../store/fixtures.ts'
import type { PostgresServer } from './server.ts'

/** Makes stores in schemas that are called `prefix` and a number. The clock that `open` gets replaces the database's. */
export function storesInSchemas(
  server: () => PostgresServer,
  prefix: string,
  optionsOf: () => PostgresOptions,
): StoreFactory {
  const left: string[] = []
  let made = 0
  return () => {
    const schema = left.pop() ?? `${prefix}${++made}`
    let openedWith: Clock | undefined
    const clock: Clock = { now: () => openedWith?.now() ?? 0, monotonic: () => 0, sleep: async () => {} }
    const store = postgres({ ...optionsOf(), schema, clock })
    return {
      store: {
        ...store,
        open(opened) {
          openedWith ??= opened
          return store.open(opened)
        },
      },
      async end() {
        await store.close()
        await emptySchema(server(), schema)
        left.push(schema)
      },
    }
  }
}

/** Brings a schema back to what it was when its first store had opened. Its database keeps its name. */
export async function emptySchema(server: PostgresServer, schema: string): Promise<void> {
  const kept = "'punctual_migrations', 'punctual_migrations_lock', 'database_identity', 'feed_end'"
  // In this order, connections are deleted before the grants to which they refer.
  const tables = await server.run(`select table_name as name from information_schema.tables
    where table_schema = '${schema}' and table_name not in (${kept}) order by table_name`)
  // No store was ever open there.
  if (tables.length === 0) return
  const statements = tables.map(({ name }) => `delete from ${schema}.${name}`)
  await server.run([...statements, `update ${schema}.feed_end set position = 0`].join(';'))
}
