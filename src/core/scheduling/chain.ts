// The chain of a booking: the name that it keeps when it is moved, which gives it a new id.

import { hash } from 'node:crypto'

/** The chain that begins with that booking: one that replaces none, or none that is known. */
export function chainFrom(provider: string, firstBooking: string): string {
  return `chn_${hash('sha256', `${provider}\n${firstBooking}`, 'base64url').slice(0, 22)}`
}
