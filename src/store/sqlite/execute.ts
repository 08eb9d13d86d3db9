// Running a statement on a handle. It blocks this process until it has ended.

import type { StatementSync } from 'node:sqlite'
import { type CompiledQuery, type QueryResult, SelectQueryNode } from 'kysely'
import { fill } from '../sql/engine/parameters.ts'
import { codeOf } from './failure.ts'
import type { Handle } from './file.ts'

export function isRead({ query }: CompiledQuery): boolean {
  return SelectQueryNode.is(query)
}

/** `key`: by what the prepared statement is found again: the compiled object, or the text of one that is built each time. */
export function execute<Row>(
  handle: Handle,
  compiled: CompiledQuery,
  values: object,
  key: CompiledQuery | string,
): QueryResult<Row> {
  const parameters = fill(compiled.parameters, values) as (string | number | null)[]
  const reads = isRead(compiled)
  // A number that is too great for JavaScript fails the whole result. That must not happen to a statement that has
  // changed something; a select runs again.
  const statement = prepared(handle, compiled.sql, key, !reads)
  if (reads) return { rows: select(statement, parameters) as Row[] }
  if (compiled.query.kind === 'RawNode' || 'returning' in compiled.query)
    return { rows: statement.all(...parameters).map(inRange) as Row[] }
  return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
}

/** Runs a statement without parameters and rows, such as `commit`. */
export function perform(handle: Handle, text: string): void {
  prepared(handle, text, text, false).run()
}

function prepared(handle: Handle, text: string, key: CompiledQuery | string, bigInts: boolean): StatementSync {
  const known = handle.prepared.get(key)
  if (known) return known
  const statement = handle.database.prepare(text)
  statement.setReadBigInts(bigInts)
  handle.prepared.set(key, statement)
  return statement
}

type Row = Record<string, unknown>

function select(statement: StatementSync, parameters: (string | number | null)[]): Row[] {
  try {
    return statement.all(...parameters)
  } catch (error) {
    if (codeOf(error) !== 'ERR_OUT_OF_RANGE') throw error
  }
  statement.setReadBigInts(true)
  try {
    return statement.all(...parameters).map(inRange)
  } finally {
    statement.setReadBigInts(false)
  }
}

/** The row with each number that is too great for JavaScript replaced by the greatest that is not. */
function inRange(row: Row): Row {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'bigint') row[name] = Math.min(Math.max(Number(value), -greatest), greatest)
  }
  return row
}

const greatest = Number.MAX_SAFE_INTEGER
