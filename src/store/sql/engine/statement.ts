// Statements that run often: built with kysely and compiled once, at the first run. An engine finds by the compiled
// object what it has prepared for it.
//
//     const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
//       db.selectFrom('grants').selectAll().where('id', '=', id))
//     await byId.first({ id: 'gr_1' })

import type { Compilable, CompiledQuery } from 'kysely'
import type { Database, Engine } from './engine.ts'
import { type Placeholders, placeholders } from './parameters.ts'

export interface Statement<Values, Row> {
  /** Runs it in the transaction `trx`, or else by itself. Returns the first row. */
  first(values: Values, trx?: Database): Promise<Row | undefined>
  /** Runs it in the transaction `trx`, or else by itself. Returns all rows. */
  all(values: Values, trx?: Database): Promise<Row[]>
}

/**
 * `build` gets a placeholder for each value, and must not look at anything that changes from run to run. A placeholder
 * is an expression: use it wherever kysely takes one.
 */
export function statement<Values extends object, Row>(
  engine: Engine,
  build: (db: Database, values: Placeholders<Values>) => Compilable<Row>,
): Statement<Values, Row> {
  let compiled: CompiledQuery<Row> | null = null
  const all = (values: Values, trx?: Database) => {
    compiled ??= build(engine.db, placeholders<Values>()).compile()
    return engine.run(compiled, values, trx)
  }
  return {
    all,
    async first(values, trx) {
      return (await all(values, trx))[0]
    },
  }
}
