// Booking keys. One statement claims a key, so that of two callers one is first; every change names the claim that it
// rests on.

import type { BookingKeyStore } from '../../core/store/booking-keys.ts'
import { changeStatements } from './booking-keys/change.ts'
import { claimStatements } from './booking-keys/claim.ts'
import { dueStatements } from './booking-keys/due.ts'
import type { Engine } from './engine/engine.ts'
import { sweepOld } from './engine/sweep-old.ts'

export function bookingKeys(engine: Engine): BookingKeyStore {
  return {
    ...claimStatements(engine),
    ...dueStatements(engine),
    ...changeStatements(engine),
    sweep: (ageMs, limit) => sweepOld(engine, 'booking_keys', 'created_at', ageMs, limit),
  }
}
