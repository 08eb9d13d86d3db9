// Takes up what a process left in the middle: answers that were stored and not attached, grants that began to close.
// Nothing of it needs a person.

import { attemptLifetime } from '../connections/attempts.ts'
import { closeGrant } from './disconnect.ts'
import type { FlowParts } from './parts.ts'
import { resume } from './settle.ts'

/** Ms after which something under way counts as left behind. */
const leftBehind = 60_000

export async function recover(parts: FlowParts): Promise<void> {
  for (const attempt of await parts.attempts.stranded(leftBehind, 50)) {
    if (parts.clients.has(attempt.client)) await resume(parts, attempt)
  }
  for (const grant of await parts.grants.closing(leftBehind, 50)) await closeGrant(parts, grant.id)
  await parts.attempts.sweep(attemptLifetime)
}
