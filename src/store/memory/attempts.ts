// Authorization attempts in memory. An attempt is consumed once, and only while it lives.

import type { AttemptStore } from '../../core/store/attempts.ts'
import { beginOperations } from './attempts/begin.ts'
import { leftoverOperations } from './attempts/leftovers.ts'
import { stepOperations } from './attempts/steps.ts'
import type { Now, Tables } from './engine/tables.ts'

export function attempts(tables: Tables, now: Now): AttemptStore {
  return { ...beginOperations(tables, now), ...stepOperations(tables, now), ...leftoverOperations(tables, now) }
}
