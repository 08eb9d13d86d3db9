// The names of the statements that the server keeps. A session keeps the plan of a statement under its name until it
// ends; a plan that no longer fits its table is left behind by giving the statement another name.

import { createHash } from 'node:crypto'
import type { CompiledQuery } from 'kysely'

export interface StatementNames {
  /** The name of a compiled statement: the same in every session. */
  of(compiled: CompiledQuery): string
  /** Gives every statement another name from now on. */
  renew(): void
}

export function createStatementNames(): StatementNames {
  const digests = new WeakMap<CompiledQuery, string>()
  let edition = 0
  return {
    of(compiled) {
      const digest = digests.get(compiled) ?? createHash('sha256').update(compiled.sql).digest('hex').slice(0, 32)
      digests.set(compiled, digest)
      return `punctual_${edition}_${digest}`
    },
    renew() {
      edition++
    },
  }
}
