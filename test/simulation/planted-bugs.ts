// All planted bugs, in the order in which docs/decisions/planted-bugs.md lists them.

import { clockMutations } from './clock-mutations.ts'
import { damageMutations } from './damage-mutations.ts'
import { eventMutations } from './event-mutations.ts'
import type { Mutation } from './mutation.ts'
import { mutations } from './mutations.ts'
import { pauseMutations } from './pause-mutations.ts'

export const plantedBugs: readonly Mutation[] = [
  ...[...mutations, ...eventMutations],
  ...[...pauseMutations, ...clockMutations, ...damageMutations],
]
