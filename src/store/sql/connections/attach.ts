// Attaching: the one change that spans tables. It finishes the attempt, stores the grant's token set, links the
// connection, and lets a grant begin to close that no connection rests on any more, in one transaction: all or nothing.

import type { Attached, Attachment } from '../../../core/store/connections.ts'
import { appendEvents } from '../changes/append-events.ts'
import { recordHistory } from '../changes/record-history.ts'
import { type Database, type Engine, perEngine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { link } from './link.ts'
import { putTerms } from './search.ts'
import { storeSet } from './store-set.ts'

const finish = perEngine((engine) =>
  statement(engine, (db, { id, outcome }: Placeholders<{ id: string; outcome: string }>) =>
    db
      .updateTable('attempts')
      .set({ phase: 'finished', verifier: null, code: null, answer: null, outcome, moved_at: engine.now() })
      .where('id', '=', id)
      .where('phase', '=', 'exchanged')
      .returning('id'),
  ),
)

/** Returns the connection's id in place of its row; `null`: the attempt was no longer `exchanged`. */
export async function attach(
  engine: Engine,
  trx: Database,
  attachment: Attachment,
): Promise<(Omit<Attached, 'connection'> & { readonly connection: string }) | null> {
  const { attempt, connection, grant, entry } = attachment
  // Most attachments make the connection: then this outcome stands.
  if (!(await finish(engine).first({ id: attempt, outcome: outcomeOf(connection.id) }, trx))) return null
  const stored = await storeSet(engine, trx, grant)
  const { id, created, left } = await link(engine, trx, attachment)
  if (!created)
    await trx
      .updateTable('attempts')
      .set({ outcome: outcomeOf(id) })
      .where('id', '=', attempt)
      .execute()
  const vacated = left !== null && (await vacate(engine, trx, left)) ? left : null
  await putTerms(trx, { id, owner: connection.owner, isNew: created }, grant.account)
  await recordHistory(engine, trx, grant.id, id, created ? entry : { ...entry, data: { ...entry.data, again: true } })
  await appendEvents(engine, trx, created ? 'connection.created' : 'connection.recovered', { connection: id }, {})
  if (stored.revived) await appendEvents(engine, trx, 'connection.recovered', { grant: grant.id, except: id }, {})
  return { connection: id, created, ...stored, left, vacated }
}

function outcomeOf(connection: string): string {
  return JSON.stringify({ connection })
}

/** Lets a grant begin to close if no connection rests on it; true if this call did it. */
export async function vacate({ now, rowLocks }: Engine, trx: Database, grant: string): Promise<boolean> {
  // A lock of its own first: a statement that waits for a lock judges by the rows that it saw before the wait.
  if (rowLocks) await trx.selectFrom('grants').select('id').where('id', '=', grant).forUpdate().execute()
  const row = await trx
    .updateTable('grants')
    .set({ status: 'closing', due_at: null, closing_at: now(), ...nothingKnown })
    .where('id', '=', grant)
    .where('status', 'in', ['live', 'over'])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('connections').select('id').where('grant_id', '=', grant).where('disconnected', '=', 0))),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Of an account that nobody has connected any more. */
const nothingKnown = { account_name: null, account_email: null, account_time_zone: null }
