// Grants in memory. Every write names the generation that was read; another generation leaves the row as it is.

import type { GrantStore } from '../../core/store/grants.ts'
import type { Tables, Times } from './engine/tables.ts'
import { closeOperations } from './grants/close.ts'
import { dueOperations } from './grants/due.ts'
import { fallbackOperations } from './grants/fallback.ts'
import { healOperations } from './grants/heal.ts'
import { leaseOperations } from './grants/lease.ts'
import { tokenOperations } from './grants/tokens.ts'

export function grants(tables: Tables, times: Times): GrantStore {
  return {
    ...tokenOperations(tables, times),
    ...fallbackOperations(tables, times),
    ...leaseOperations(tables, times),
    ...dueOperations(tables, times),
    ...closeOperations(tables, times),
    ...healOperations(tables, times),
  }
}
