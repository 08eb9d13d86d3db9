// The texts of an escrow in two tables: one row a text, and a row that counts them. A text gets its number from that row, in
// the transaction that adds it: so numbers become visible in their order, and who has read up to one has missed none.

import { type Kysely, type QueryCreator, sql } from 'kysely'
import type { EscrowContents, EscrowPlace, EscrowPosition } from '../../core/escrow-place.ts'

export interface EscrowTables {
  escrow_texts: { seq: number; text: string }
  /** One row: the last number, and the size of all texts. */
  escrow_end: { id: number; seq: number; bytes: number }
}

export interface EscrowDatabase {
  readonly db: Kysely<EscrowTables>
  /** Runs a transaction that writes, all or nothing. `change` awaits only statements. */
  write<Result>(change: (trx: Kysely<EscrowTables>) => Promise<Result>): Promise<Result>
  /**
   * Whether a statement can change two tables. It is its own transaction then: a process that is suspended in the middle of
   * one would keep all others from adding.
   */
  readonly changesSeveralTables: boolean
  /** Whether the tables are there. */
  isThere(): Promise<boolean>
  /** Makes them where they are not. */
  prepare(): Promise<void>
  /** Overwrites what the engine keeps of deleted rows, where it has a way to. */
  readonly shred?: () => Promise<void>
}

interface Row {
  readonly seq: number
  readonly text: string
}

/** Rows of one statement. */
const addedAtOnce = 200
const readAtOnce = 2000
const deletedAtOnce = 200

export function textsIn(database: EscrowDatabase): Pick<EscrowPlace, 'append' | 'read' | 'compact'> {
  const { db, shred } = database

  async function append(texts: readonly string[]): Promise<void> {
    await database.prepare()
    for (let from = 0; from < texts.length; from += addedAtOnce)
      await add(database, texts.slice(from, from + addedAtOnce))
  }

  async function* pagesAfter(seq: number): AsyncGenerator<readonly Row[]> {
    for (let after = seq; ; ) {
      const page: readonly Row[] = await db
        .selectFrom('escrow_texts')
        .select(['seq', 'text'])
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(readAtOnce)
        .execute()
      if (page.length > 0) yield page
      if (page.length < readAtOnce) return
      after = page.at(-1)?.seq ?? after
    }
  }

  async function read(since: EscrowPosition | null): Promise<EscrowContents> {
    const end = (await database.isThere()) ? await endOf(db) : undefined
    if (!end) return { texts: [], position: { seq: 0 } satisfies Position, bytes: 0 }
    const before = (since as Position | null)?.seq ?? 0
    // One that is behind what was read was put back, or begun again.
    let seq = before > end.seq ? 0 : before
    const texts: string[] = []
    if (end.seq > seq)
      for await (const page of pagesAfter(seq))
        for (const row of page) {
          texts.push(row.text)
          seq = row.seq
        }
    return { texts, position: { seq: Math.max(seq, end.seq) } satisfies Position, bytes: end.bytes }
  }

  return {
    append,
    read,
    async compact(keep) {
      if (!(await database.isThere())) {
        keep([])
        return
      }
      const rows: Row[] = []
      for await (const page of pagesAfter(0)) for (const row of page) rows.push(row)
      // Of equal texts the first row stays, in every process: so two compactions never take one each.
      const wanted = new Set(keep(rows.map(({ text }) => text)))
      const old = rows.filter(({ text }) => !wanted.delete(text)).map(({ seq }) => seq)
      // What is new is there before what it replaces goes.
      await append([...wanted])
      for (let from = 0; from < old.length; from += deletedAtOnce)
        await remove(database, old.slice(from, from + deletedAtOnce))
      await shred?.()
    },
  }
}

interface Position {
  readonly seq: number
}

function endOf(db: Kysely<EscrowTables>) {
  return db.selectFrom('escrow_end').select(['seq', 'bytes']).where('id', '=', 1).executeTakeFirst()
}

async function add({ db, write, changesSeveralTables }: EscrowDatabase, texts: readonly string[]): Promise<void> {
  const count = texts.length
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const countMore = (trx: QueryCreator<EscrowTables>) =>
    trx
      .updateTable('escrow_end')
      .set({ seq: plus('seq', count), bytes: plus('bytes', bytes) })
      .where('id', '=', 1)
      .returning('seq')
  if (!changesSeveralTables)
    return write(async (trx) => {
      const { seq } = await countMore(trx).executeTakeFirstOrThrow()
      const rows = texts.map((text, index) => ({ seq: seq - count + index + 1, text }))
      await trx.insertInto('escrow_texts').values(rows).execute()
    })
  const rows = texts.map((text, index) => sql`(${sql.lit(count - index - 1)}, cast(${text} as text))`)
  const added = sql<{ back: number; text: string }>`(values ${sql.join(rows)})`.as<'added'>(
    sql`"added"("back", "text")`,
  )
  const { numInsertedOrUpdatedRows } = await db
    .with('counted', countMore)
    .insertInto('escrow_texts')
    .columns(['seq', 'text'])
    .expression((query) =>
      query
        .selectFrom(['counted', added])
        .select([sql<number>`${sql.ref('counted.seq')} - ${sql.ref('added.back')}`.as('seq'), 'added.text']),
    )
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows !== BigInt(count)) throw new Error('the table "escrow_end" has no row')
}

async function remove({ db, write, changesSeveralTables }: EscrowDatabase, seqs: readonly number[]): Promise<void> {
  const removing = (trx: QueryCreator<EscrowTables>) =>
    trx
      .deleteFrom('escrow_texts')
      .where('seq', 'in', seqs)
      .returning(sql<number>`octet_length(${sql.ref('text')})`.as('bytes'))
  if (changesSeveralTables) {
    await db
      .with('gone', removing)
      .updateTable('escrow_end')
      .set({
        bytes: sql`${sql.ref('bytes')} - (select coalesce(sum(${sql.ref('gone.bytes')}), 0) from ${sql.table('gone')})`,
      })
      .where('id', '=', 1)
      .execute()
    return
  }
  await write(async (trx) => {
    const gone = await removing(trx).execute()
    const bytes = gone.reduce((sum, row) => sum + row.bytes, 0)
    await trx
      .updateTable('escrow_end')
      .set({ bytes: plus('bytes', -bytes) })
      .where('id', '=', 1)
      .execute()
  })
}

function plus(column: 'seq' | 'bytes', more: number) {
  return sql<number>`${sql.ref(column)} + cast(${more} as bigint)`
}

/** The tables, in a schema that exists. */
export async function makeEscrowTables(db: Kysely<EscrowTables>): Promise<void> {
  await db.schema
    .createTable('escrow_texts')
    .ifNotExists()
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('escrow_end')
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .execute()
}

/** The row that counts, where it is missing. */
export async function makeEnd(db: Kysely<EscrowTables>): Promise<void> {
  await db
    .insertInto('escrow_end')
    .values({ id: 1, seq: 0, bytes: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
