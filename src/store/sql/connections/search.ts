// Finding connections by what one of their terms begins with. The index of the terms has them in order, so a search reads
// what it finds, up to a bound, however many connections there are.

import type { Expression } from 'kysely'
import type { Account } from '../../../core/connection.ts'
import { termsOf } from '../../../core/store/connection-terms.ts'
import type { ConnectionSearchFilter } from '../../../core/store/connections.ts'
import type { Database } from '../engine/engine.ts'

/** Comes after every other text that begins so. */
const last = '\u{10ffff}'

/** The connections with such a term: one may come several times. */
function found(db: Database, { term }: ConnectionSearchFilter) {
  return db
    .selectFrom('connection_terms')
    .select('connection')
    .where('term', '>=', term)
    .where('term', '<', `${term}${last}`)
    .orderBy('term')
    .orderBy('connection')
}

/** The ids of the finds that are looked at. */
export function idsOfFinds(db: Database, filter: ConnectionSearchFilter): Expression<string> {
  return db.selectFrom(found(db, filter).limit(filter.most).as('found')).select('found.connection').$asScalar()
}

export async function isCut(db: Database, filter: ConnectionSearchFilter): Promise<boolean> {
  return (await found(db, filter).offset(filter.most).limit(1).executeTakeFirst()) !== undefined
}

/** Writes what a connection is found by, in the transaction that makes or changes it. */
export async function putTerms(
  trx: Database,
  { id, owner, isNew }: { readonly id: string; readonly owner: string; readonly isNew: boolean },
  account: Pick<Account, 'name' | 'email'>,
): Promise<void> {
  if (!isNew) await trx.deleteFrom('connection_terms').where('connection', '=', id).execute()
  await trx
    .insertInto('connection_terms')
    .values(termsOf(owner, account).map((term) => ({ term, connection: id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Leaves of what a connection is found by only its owner, in the transaction that ends it. */
export function forgetAccount(
  trx: Database,
  connection: { readonly id: string; readonly owner: string },
): Promise<void> {
  return putTerms(trx, { ...connection, isNew: false }, { name: null, email: null })
}
