// Booking keys in memory. A change of a row names the claim that it rests on; another claim leaves the row as it is.

import type { BookingKeyStore } from '../../core/store/booking-keys.ts'
import { changeOperations } from './booking-keys/change.ts'
import { claimOperations } from './booking-keys/claim.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { Tables, Times } from './engine/tables.ts'

export function bookingKeys(tables: Tables, times: Times): BookingKeyStore {
  return {
    ...claimOperations(tables, times),
    ...changeOperations(tables, times),
    sweep: async (ageMs, limit) => sweepOld(tables, 'bookingKeys', (row) => row.createdAt, times.now(), ageMs, limit),
  }
}
