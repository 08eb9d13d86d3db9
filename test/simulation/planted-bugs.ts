// All planted bugs, in the order in which docs/decisions/planted-bugs.md lists them.

import { bookingMutations } from './booking-mutations.ts'
import { clockMutations } from './clock-mutations.ts'
import { escrowMutations } from './escrow-mutations.ts'
import { eventMutations } from './event-mutations.ts'
import { feedMutations } from './feed-mutations.ts'
import type { Mutation } from './mutation.ts'
import { pauseMutations } from './pause-mutations.ts'
import { refreshMutations } from './refresh-mutations.ts'
import { tokenMemoryMutations } from './token-memory-mutations.ts'
import { unreadableRecordMutations } from './unreadable-record-mutations.ts'

export const plantedBugs: readonly Mutation[] = [
  ...refreshMutations,
  ...tokenMemoryMutations,
  ...eventMutations,
  ...feedMutations,
  ...pauseMutations,
  ...clockMutations,
  ...unreadableRecordMutations,
  ...bookingMutations,
  ...escrowMutations,
]
