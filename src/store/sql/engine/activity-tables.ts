// The tables of what has happened, and of what connections are found by.

import type { Generated } from 'kysely'
import type { LogKind } from '../../../core/store/activity-log.ts'
import type { Fixed } from './column-types.ts'

export interface ActivityTables {
  tallies: TallyTable
  error_groups: ErrorGroupTable
  error_connections: ErrorConnectionTable
  activity_log: ActivityLogTable
  connection_terms: ConnectionTermTable
}

interface TallyTable {
  kind: Fixed<string>
  /** When its ten minutes began. */
  at: Fixed<number>
  client: Fixed<string>
  outcome: Fixed<string>
  count: number
}

interface ErrorGroupTable {
  id: Fixed<string>
  code: Fixed<string>
  reason: Fixed<string | null>
  client: Fixed<string | null>
  count: number
  first_at: Fixed<number>
  last_at: number
  sentence: string
  /** How many rows of `error_connections` it has. */
  connections: number
}

interface ErrorConnectionTable {
  error: Fixed<string>
  connection: Fixed<string>
}

interface ActivityLogTable {
  seq: Generated<number>
  kind: Fixed<LogKind>
  at: Fixed<number>
  client: Fixed<string | null>
  subject: Fixed<string | null>
  /** JSON object. */
  data: Fixed<string>
}

/** What a connection is found by. */
interface ConnectionTermTable {
  term: Fixed<string>
  connection: Fixed<string>
}
