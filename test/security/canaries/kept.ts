// What the service keeps in a test, byte by byte: in files of its folder alone, or also in two databases of a Postgres.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../../postgres/server.ts'
import { filesIn } from './search.ts'

type Places = [place: string, text: string][]

export interface Kept {
  readonly settings: Readonly<Record<string, string>>
  /** The secrets of these settings, and what each is. */
  secrets(): readonly (readonly [secret: string, what: string])[]
  /** Everything that is there at this moment, but for files of these names. */
  everything(without: readonly string[]): Promise<Places>
  /** Names of places in which a search must have looked: after a kill, and at the end. */
  readonly leftByAKill: readonly RegExp[]
  readonly atTheEnd: readonly RegExp[]
}

export async function keptInFiles(folder: string): Promise<Kept> {
  return {
    settings: { PUNCTUAL_ESCROW: join(folder, 'escrow') },
    secrets: () => [[readFileSync(join(folder, 'data/key'), 'utf8').trim(), 'master key']],
    everything: async (without) => filesIn(folder, without),
    leftByAKill: [/punctual\.db-wal/],
    atTheEnd: [/punctual\.db$/, /escrow/],
  }
}

/** The store and the escrow are a database each. */
export async function keptInPostgres(folder: string, t: { after(end: () => unknown): void }): Promise<Kept> {
  const server = await startPostgres()
  t.after(() => server.end())
  const urls = ['store', 'escrow'].map((name) => new URL(`/${name}`, server.url).href)
  for (const name of ['store', 'escrow']) await server.run(`create database ${name}`)
  const [{ start } = { start: '' }] = await server.run('select pg_current_wal_lsn()::text as start')
  const [store = '', escrow = ''] = urls
  const key = randomBytes(32).toString('base64url')
  const everyPlace = [/^rows of store: punctual\.grants$/, /^rows of escrow: punctual_escrow\.escrow_texts$/]
  return {
    settings: { PUNCTUAL_DATABASE: store, PUNCTUAL_ESCROW: escrow, PUNCTUAL_KEYS: key },
    secrets: () => [
      [key, 'master key'],
      [new URL(store).password, 'password of the database'],
    ],
    async everything(without) {
      // Before what is in the log only is written into the files.
      const log = await logSince(server, String(start))
      await server.run('checkpoint')
      const databases = [...(await inDatabase(store)), ...(await inDatabase(escrow))]
      return [...filesIn(folder, without), ...log, ...databases, ['what the server has logged', server.log()]]
    },
    leftByAKill: [/^write-ahead log /, ...everyPlace],
    atTheEnd: [/^file of store: punctual\.grants$/, /^file of store: punctual\.\w+_pkey$/, ...everyPlace],
  }
}

/** Every row as text, and every file of a table, an index and of what is too long for its row: with what was deleted. */
async function inDatabase(url: string): Promise<Places> {
  const name = new URL(url).pathname.slice(1)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: relations } = await client.query<{ id: string; file: string; bytes: Buffer; kind: string }>(
      `select format('%I.%I', nspname, relname) as id, relkind as kind, pg_read_binary_file(pg_relation_filepath(c.oid)) as bytes
        from pg_class c join pg_namespace n on n.oid = relnamespace
        where c.oid >= ${firstOfUsers} and pg_relation_filepath(c.oid) is not null`,
    )
    const found: Places = []
    for (const { id, kind, bytes } of relations) {
      found.push([`file of ${name}: ${id}`, bytes.toString('latin1')])
      if (kind !== 'r') continue
      const { rows } = await client.query<{ row: string }>(`select one::text as row from ${id} one`)
      found.push([`rows of ${name}: ${id}`, rows.map(({ row }) => row).join('\n')])
    }
    return found
  } finally {
    await client.end()
  }
}

// https://www.postgresql.org/docs/18/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT
const firstOfUsers = 16_384

/** The write-ahead log from that position on, as far as it is still there. */
async function logSince({ run }: PostgresServer, start: string): Promise<Places> {
  const segments = await run(
    `select name, case when name = file_name then file_offset else 0 end as from_byte, pg_read_binary_file('pg_wal/' || name) as bytes
      from pg_ls_waldir(), pg_walfile_name_offset($1::pg_lsn)
      where name between file_name and pg_walfile_name(pg_current_wal_lsn()) order by name`,
    [start],
  )
  return segments.map(({ name, from_byte, bytes }) => [
    `write-ahead log ${name}`,
    (bytes as Buffer).subarray(Number(from_byte)).toString('latin1').replace(/\0+$/, ''),
  ])
}
