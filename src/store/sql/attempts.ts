// Authorization attempts. An attempt is consumed by one UPDATE, so that of two callers one is first; every other step
// names the phase that it starts from.

import type { AttemptStore } from '../../core/store/attempts.ts'
import { beginStatements } from './attempts/begin.ts'
import { leftoverStatements } from './attempts/leftovers.ts'
import { stepStatements } from './attempts/steps.ts'
import type { Engine } from './engine/engine.ts'

export function attempts(engine: Engine): AttemptStore {
  return { ...beginStatements(engine), ...stepStatements(engine), ...leftoverStatements(engine) }
}
