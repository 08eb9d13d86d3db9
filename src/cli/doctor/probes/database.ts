// The database that the settings name, opened once for all checks, to be looked at.

import { existsSync } from 'node:fs'
import type { Inspection } from '../../../store/sql/inspection.ts'
import { isPostgres } from '../../settings/database.ts'

/** `absent`: a file that does not exist yet. `closed`: why it cannot be opened, as a sentence. */
export type Looked =
  | { readonly kind: 'open'; readonly inspection: Inspection }
  | { readonly kind: 'absent' }
  | { readonly kind: 'closed'; readonly reason: string; readonly sentence: string }

export interface LookedDatabase {
  look(): Promise<Looked>
  close(): Promise<void>
}

export function createLook(database: string): LookedDatabase {
  let looked: Promise<Looked> | null = null
  return {
    look() {
      looked ??= open(database)
      return looked
    },
    async close() {
      const found = await looked
      if (found?.kind === 'open') await found.inspection.close()
    },
  }
}

async function open(database: string): Promise<Looked> {
  try {
    if (isPostgres(database)) {
      const { inspectPostgres } = await import('../../../store/postgres/inspection.ts')
      return { kind: 'open', inspection: await inspectPostgres(database) }
    }
    if (!existsSync(database)) return { kind: 'absent' }
    const { inspectSqlite } = await import('../../../store/sqlite/inspection.ts')
    return { kind: 'open', inspection: inspectSqlite(database) }
  } catch (error) {
    const { reason, message } = error as { reason?: string; message: string }
    return { kind: 'closed', reason: reason ?? 'unknown', sentence: message }
  }
}
