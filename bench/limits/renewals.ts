// Refreshing what is due by hand, with the writes that Punctual needs and none of its rules: take a batch, write the
// intent before each request, then the new set and a history entry in one transaction.

import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Setup } from '../harness/contender.ts'
import { newTokens } from '../provider/tokens.ts'
import { open, seal } from './seal.ts'

export interface RenewalsInit {
  readonly url: string
  readonly grants: number
  readonly atOnce: number
}

interface Row {
  readonly id: string
  readonly tokens: string
}

/** The statements of one engine. */
interface Statements {
  takeDue(): Promise<string[]>
  claim(id: string): Promise<string>
  commit(id: string, tokens: string, expiresAt: number): Promise<void>
}

const batch = 100
const idOf = (index: number) => `grant_${String(index).padStart(12, '0')}`
const columns = `id text primary key, tokens text not null, generation bigint not null, expires_at bigint not null,
  due_at bigint not null, lease_owner text, lease_until bigint not null, intent text`
const history = 'at bigint not null, grant_id text not null, type text not null'

function sealedRows(grants: number): Row[] {
  // Accounts of its own at the provider, which knows what is spent.
  const accounts = randomBytes(6).toString('hex')
  return Array.from({ length: grants }, (_, index) => {
    const id = idOf(index)
    const { access_token: a, refresh_token: r } = newTokens(`${accounts}-${index}`, 1)
    return { id, tokens: seal('grants', id, 'tokens', JSON.stringify({ a, r })) }
  })
}

async function refreshAll(url: string, atOnce: number, { takeDue, claim, commit }: Statements): Promise<void> {
  const one = async (id: string) => {
    const { r } = JSON.parse(open('grants', id, 'tokens', await claim(id))) as { r: string }
    const client = { client_id: 'bench', client_secret: 'the secret of the bench' }
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: r, ...client })
    const response = await fetch(`${url}/oauth/token`, { method: 'POST', body })
    if (!response.ok) throw new Error(`a refresh answered ${response.status}`)
    const answer = (await response.json()) as { access_token: string; refresh_token: string; expires_in: number }
    const text = JSON.stringify({ a: answer.access_token, r: answer.refresh_token })
    await commit(id, seal('grants', id, 'tokens', text), Date.now() + answer.expires_in * 1000)
  }
  for (let ids = await takeDue(); ids.length > 0; ids = await takeDue()) {
    const worker = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) await one(id)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
}

export const onSqlite: Setup<RenewalsInit & { folder: string; synchronous: string }> = async (init) => {
  const { url, folder, grants, atOnce, synchronous } = init
  const database = new DatabaseSync(`${folder}/hand.db`)
  database.exec(
    `pragma journal_mode = wal; pragma synchronous = ${synchronous}; create table grants (${columns}) strict;`.replaceAll(
      'bigint',
      'integer',
    ),
  )
  database.exec(
    `create index grants_due on grants (due_at, id); create table history (seq integer primary key, ${history}) strict`.replaceAll(
      'bigint',
      'integer',
    ),
  )
  const insert = database.prepare('insert into grants values (?, ?, 1, 0, 0, null, 0, null)')
  database.exec('begin')
  for (const { id, tokens } of sealedRows(grants)) insert.run(id, tokens)
  database.exec('commit')
  const take = database.prepare(
    `update grants set due_at = ? where id in (select id from grants where due_at <= ? order by due_at limit ${batch}) returning id`,
  )
  const claim = database.prepare(
    "update grants set lease_owner = 'me', lease_until = ?, intent = 'refresh' where id = ? returning tokens",
  )
  const commit = database.prepare(
    'update grants set tokens = ?, generation = generation + 1, expires_at = ?, due_at = ?, lease_owner = null, lease_until = 0, intent = null where id = ?',
  )
  const record = database.prepare("insert into history (at, grant_id, type) values (?, ?, 'grant.renewed')")
  return {
    prepare: async () => database.exec('update grants set due_at = 0'),
    async round() {
      await refreshAll(url, atOnce, {
        takeDue: async () => (take.all(Date.now() + 60_000, Date.now()) as unknown as Row[]).map(({ id }) => id),
        claim: async (id) => (claim.get(Date.now() + 60_000, id) as unknown as Row).tokens,
        async commit(id, tokens, expiresAt) {
          database.exec('begin immediate')
          commit.run(tokens, expiresAt, expiresAt, id)
          record.run(Date.now(), id)
          database.exec('commit')
        },
      })
      return grants
    },
    close: async () => database.close(),
  }
}

export const onPostgres: Setup<RenewalsInit & { database: string }> = async ({ url, database, grants, atOnce }) => {
  const pool = new pg.Pool({ connectionString: database, max: 10 })
  await pool.query(`create schema hand; create table hand.grants (${columns}); create index on hand.grants (due_at, id);
    create table hand.history (seq bigserial primary key, ${history})`)
  const rows = sealedRows(grants)
  await pool.query(
    'insert into hand.grants select id, tokens, 1, 0, 0, null, 0, null from unnest($1::text[], $2::text[]) as given (id, tokens)',
    [rows.map(({ id }) => id), rows.map(({ tokens }) => tokens)],
  )
  return {
    prepare: async () => void (await pool.query('update hand.grants set due_at = 0')),
    async round() {
      await refreshAll(url, atOnce, {
        async takeDue() {
          const due = `select id from hand.grants where due_at <= $2 order by due_at limit ${batch} for update skip locked`
          const taken = await pool.query<Row>(`update hand.grants set due_at = $1 where id in (${due}) returning id`, [
            Date.now() + 60_000,
            Date.now(),
          ])
          return taken.rows.map(({ id }) => id)
        },
        async claim(id) {
          const text =
            "update hand.grants set lease_owner = 'me', lease_until = $1, intent = 'refresh' where id = $2 returning tokens"
          return (await pool.query<Row>(text, [Date.now() + 60_000, id])).rows[0]?.tokens ?? ''
        },
        async commit(id, tokens, expiresAt) {
          const client = await pool.connect()
          await client.query('begin')
          await client.query(
            'update hand.grants set tokens = $1, generation = generation + 1, expires_at = $2, due_at = $2, lease_owner = null, lease_until = 0, intent = null where id = $3',
            [tokens, expiresAt, id],
          )
          await client.query("insert into hand.history (at, grant_id, type) values ($1, $2, 'grant.renewed')", [
            Date.now(),
            id,
          ])
          await client.query('commit')
          client.release()
        },
      })
      return grants
    },
    close: () => pool.end(),
  }
}
