// Grants. Every write is one UPDATE that names the generation that was read: where another token set has been stored
// since, it finds no row and changes nothing.

import type { GrantStore } from '../../core/store/grants.ts'
import type { Engine } from './engine/engine.ts'
import { closeStatements } from './grants/close.ts'
import { dueStatements } from './grants/due.ts'
import { fallbackStatements } from './grants/fallback.ts'
import { healStatements } from './grants/heal.ts'
import { leaseStatements } from './grants/lease.ts'
import { tokenStatements } from './grants/tokens.ts'

export function grants(engine: Engine): GrantStore {
  return {
    ...tokenStatements(engine),
    ...fallbackStatements(engine),
    ...leaseStatements(engine),
    ...dueStatements(engine),
    ...closeStatements(engine),
    ...healStatements(engine),
  }
}
