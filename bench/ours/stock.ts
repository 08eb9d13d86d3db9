// Fills a database with connections by SQL: copies of one that was connected for real, so that a new column needs no change
// here. A copy's tokens do not open for it; those that are read or refreshed are sealed for their own row.

import { randomBytes } from 'node:crypto'
import { engineOf, openRaw, type Place, type RawDatabase } from '../harness/database.ts'
import { seal } from '../limits/seal.ts'
import { newTokens } from '../provider/tokens.ts'

const number = (index: number) => String(index).padStart(12, '0')
export const stockedGrant = (index: number): string => `grant_${number(index)}`
export const stockedConnection = (index: number): string => `connection_${number(index)}`
export const stockedOwner = (index: number): string => `stocked-${number(index)}`

type Values = Readonly<Record<string, string>>

/** Inserts `count` copies of the first row of a table; `values`: SQL in place of what the row has. */
async function copyRows(
  raw: RawDatabase,
  table: string,
  count: number,
  values: Values,
  without: string[] = [],
): Promise<void> {
  const columns = (await raw.columns(table)).filter((column) => !without.includes(column))
  const names = columns.map((column) => `"${column}"`).join(', ')
  const chosen = columns.map((column) => values[column] ?? `one."${column}"`).join(', ')
  const one = `(select * from ${raw.table(table)} limit 1) as one`
  await raw.run(`insert into ${raw.table(table)} (${names}) select ${chosen} from ${one}, ${raw.numbers(count)}`)
}

/** Adds connections number 1 to `count`, none of them due, each of an owner of its own. The database has one connection. */
export async function stock(place: Place, count: number): Promise<void> {
  const raw = await openRaw(place)
  const [grant, connection] = [`'grant_' || ${raw.padded}`, `'connection_' || ${raw.padded}`]
  const account = `'stocked-' || ${raw.padded}`
  const later = String(Date.now() + 30 * 86_400_000)
  await copyRows(raw, 'grants', count, {
    ...{ id: grant, account_id: account, due_at: later, renew_at: later, expires_at: later, lifetime: 'null' },
  })
  const created = 'one.created_at + n'
  await copyRows(raw, 'connections', count, {
    ...{ id: connection, owner: account, account, grant_id: grant, created_at: created, updated_at: created },
  })
  await copyRows(raw, 'history', count, { grant_id: grant, connection }, ['seq'])
  // A Postgres server does so by itself, a little later. Punctual never does so on SQLite, which then plans by its rules.
  if (engineOf(place) !== 'SQLite') await raw.run('vacuum analyze')
  await raw.end()
}

/** That many of the numbers from 1 to `count`, evenly spread. */
export function someOf(count: number, some: number): number[] {
  return Array.from({ length: some }, (_, index) => 1 + Math.floor((index * count) / some))
}

/** Gives these grants tokens that open. */
export async function sealStock(place: Place, numbers: readonly number[]): Promise<void> {
  const raw = await openRaw(place)
  // The provider knows which of an account's tokens are spent: each database has accounts of its own there.
  const accounts = randomBytes(6).toString('hex')
  for (let from = 0; from < numbers.length; from += 1000) {
    const pairs = numbers.slice(from, from + 1000).map((index) => {
      const id = stockedGrant(index)
      const { access_token: a, refresh_token: r } = newTokens(`${accounts}-${index}`, 1)
      return [id, seal('grants', id, 'tokens', JSON.stringify({ a, r }))]
    })
    await raw.run(
      `update ${raw.table('grants')} as one set tokens = ${raw.second} from ${raw.pairs} where one.id = ${raw.first}`,
      JSON.stringify(pairs),
    )
  }
  await raw.end()
}

/** Makes these grants due, whatever was done with them before. Their tokens are valid for another hour. */
export async function makeDue(place: Place, numbers: readonly number[]): Promise<void> {
  const raw = await openRaw(place)
  const now = Date.now()
  await raw.run(
    `update ${raw.table('grants')} as one set due_at = ${now - 1}, renew_at = ${now - 1}, expires_at = ${now + 3_600_000},
       paced_at = 0, retry_at = 0 from ${raw.pairs} where one.id = ${raw.first}`,
    JSON.stringify(numbers.map((index) => [stockedGrant(index)])),
  )
  await raw.end()
}

/** Adds attempts that were begun just now, copies of the last one. */
export async function stockAttempts(place: Place, count: number): Promise<void> {
  const raw = await openRaw(place)
  const now = String(Date.now())
  await copyRows(raw, 'attempts', count, {
    ...{
      id: `'attempt_' || ${raw.padded}`,
      state_hash: `'state-' || ${raw.padded}`,
      owner: `'stocked-' || ${raw.padded}`,
    },
    ...{ phase: "'begun'", answer: 'null', created_at: now, moved_at: now, expires_at: String(Date.now() + 600_000) },
  })
  await raw.end()
}

/** Adds events that were acknowledged an hour ago, copies of the first one. */
export async function stockDoneEvents(place: Place, count: number): Promise<void> {
  const raw = await openRaw(place)
  const done = String(Date.now() - 3_600_000)
  await copyRows(
    raw,
    'outbox',
    count,
    {
      ...{
        subject: `'stocked-' || ${raw.padded}`,
        key: `'stocked-' || ${raw.padded}`,
        owner: `'stocked-' || ${raw.padded}`,
      },
      ...{ state: "'done'", body: 'null', ended_at: done, created_at: done, attempts: '1' },
    },
    ['seq'],
  )
  if (engineOf(place) !== 'SQLite') await raw.run('analyze')
  await raw.end()
}
