// Kysely on node:sqlite. What reads has a handle of its own, so it waits for no transaction and sees none that is
// unfinished; what writes takes part in a group commit. Nothing here blocks the event loop for longer than a statement
// takes.

import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  type QueryResult,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type Clock, systemClock } from '../../core/clock.ts'
import { isBusy, retryWhileBusy, turnOfOthers } from './busy-retry.ts'
import { execute, isRead } from './execute.ts'
import { failure } from './failure.ts'
import type { OpenFile } from './file.ts'
import { createWrites } from './group-commit.ts'

export interface SqliteDatabase<Tables> {
  readonly db: Kysely<Tables>
  /** Runs a compiled statement, in the transaction `trx` or by itself. */
  run<Row>(compiled: CompiledQuery<Row>, values: object, trx?: Kysely<Tables>): Promise<Row[]>
  /** Runs a transaction that writes, all or nothing. `change` awaits only statements. */
  write<Result>(change: (trx: Kysely<Tables>) => Promise<Result>): Promise<Result>
  /** Waits until the writes that wait are committed, unless another process keeps them waiting. */
  settle(): Promise<void>
}

type Run = <Row>(compiled: CompiledQuery, values: object, key: CompiledQuery | string) => Promise<QueryResult<Row>>

/** The database in the file at `path`; `file` returns it while it is open, or throws. */
export function sqliteDatabase<Tables>(
  path: string,
  file: () => OpenFile,
  clock: Pick<Clock, 'now' | 'sleep'> = systemClock,
): SqliteDatabase<Tables> {
  const writes = createWrites(path, file, clock)

  const read: Run = async <Row>(...statement: Parameters<Run>) => {
    const turn = turnOfOthers()
    if (turn) await turn
    const attempt = () => execute<Row>(file().reader, ...statement)
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw failure(path, error)
    }
    return retryWhileBusy(attempt, clock.sleep).catch((error: unknown) => {
      throw failure(path, error)
    })
  }

  const inTransaction: Run = async <Row>(...statement: Parameters<Run>) => {
    try {
      return execute<Row>(writes.handle(), ...statement)
    } catch (error) {
      throw failure(path, error)
    }
  }

  const alone: Run = (compiled, ...rest) =>
    isRead(compiled) ? read(compiled, ...rest) : writes.write(() => inTransaction(compiled, ...rest))

  const db = new Kysely<Tables>({ dialect: dialect(alone) })
  // One for all transactions: a group runs them one after the other.
  const transaction = new Kysely<Tables>({ dialect: dialect(inTransaction) })
  return {
    db,
    async run<Row>(compiled: CompiledQuery<Row>, values: object, trx?: Kysely<Tables>) {
      return (await (trx ? inTransaction : alone)<Row>(compiled, values, compiled)).rows
    },
    write: (change) => writes.write(() => change(transaction)),
    settle: writes.settle,
  }
}

function dialect(run: Run): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: (compiled) => run(compiled, {}, compiled.sql),
    // biome-ignore lint/correctness/useYield: nothing of ours streams.
    async *streamQuery() {
      throw new Error('the SQLite store does not stream')
    },
  }
  const nothing = async () => {}
  return {
    createAdapter: () => ({
      supportsMultipleConnections: true,
      supportsCreateIfNotExists: true,
      supportsTransactionalDdl: true,
      supportsReturning: true,
      supportsOutput: false,
      // Migrations run in a transaction that writes from its beginning: that is their lock.
      acquireMigrationLock: nothing,
      releaseMigrationLock: nothing,
    }),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => connection,
      releaseConnection: nothing,
      // The group commit begins and ends transactions. Kysely's own are those of the migrations, within one of them.
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
      destroy: nothing,
    }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
