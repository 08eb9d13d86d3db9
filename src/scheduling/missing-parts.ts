// What is not written yet: the verbs that change a booking.

import { PunctualError } from '../core/errors.ts'
import type { Changes } from './service.ts'

export function noChanges(): Changes {
  const missing = async (): Promise<never> => {
    throw new PunctualError('not_supported', 'This verb is not written yet.', { reason: 'provider' })
  }
  return { book: missing, reschedule: missing, cancel: missing }
}
