// A database that Punctual has made, reached past Punctual: a SQLite file or a Postgres, with the little SQL in which they
// differ.

import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** Where the connections are: a file, or the address of a Postgres. It can be sent to a contender. */
export type Place = { readonly file: string } | { readonly postgres: string }

export interface RawDatabase {
  run(text: string, ...values: string[]): Promise<Record<string, unknown>[]>
  /** A table's name in a statement. */
  table(name: string): string
  columns(table: string): Promise<string[]>
  /** Rows `n` from 1 to the count, as something to select from. */
  numbers(count: number): string
  /** `n` with twelve digits. */
  readonly padded: string
  /** The pairs `[first, second]` of a JSON text, the first parameter, as something to select from. */
  readonly pairs: string
  readonly first: string
  readonly second: string
  end(): Promise<void>
}

export const engineOf = (place: Place): 'SQLite' | 'Postgres' => ('file' in place ? 'SQLite' : 'Postgres')

export async function openRaw(place: Place): Promise<RawDatabase> {
  return 'file' in place ? rawSqlite(place.file) : rawPostgres(place.postgres)
}

function rawSqlite(file: string): RawDatabase {
  const database = new DatabaseSync(file)
  // What is seeded need not survive a power cut.
  database.exec('pragma busy_timeout = 5000; pragma synchronous = off; pragma cache_size = -200000')
  const run = async (text: string, ...values: string[]) =>
    database.prepare(text).all(...values) as Record<string, unknown>[]
  return {
    run,
    table: (name) => name,
    columns: async (table) =>
      (await run(`select name from pragma_table_info('${table}')`)).map(({ name }) => String(name)),
    numbers: (count) =>
      `(with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${count}) select n from counted) as numbers`,
    padded: "printf('%012d', n)",
    pairs: 'json_each(?) as pair',
    first: "json_extract(pair.value, '$[0]')",
    second: "json_extract(pair.value, '$[1]')",
    end: async () => database.close(),
  }
}

async function rawPostgres(url: string): Promise<RawDatabase> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const run = async (text: string, ...values: string[]) => (await client.query(text, values)).rows
  return {
    run,
    table: (name) => `punctual.${name}`,
    columns: async (table) =>
      (
        await run(
          `select column_name as name from information_schema.columns where table_schema = 'punctual' and table_name = '${table}'`,
        )
      ).map(({ name }) => String(name)),
    numbers: (count) => `generate_series(1, ${count}) as numbers (n)`,
    padded: "lpad(n::text, 12, '0')",
    pairs: 'json_array_elements($1::json) as pair (value)',
    first: 'pair.value->>0',
    second: 'pair.value->>1',
    end: () => client.end(),
  }
}
