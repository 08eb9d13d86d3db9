// The errors for what a caller names and Punctual does not have.

import { argumentError } from './check.ts'
import { PunctualError } from './errors.ts'

/** The error for a connection that does not exist or was disconnected. */
export function connectionNotFound(): PunctualError {
  return new PunctualError(
    'connection_not_found',
    'The connection does not exist, or was disconnected. Check its id, or begin again.',
  )
}

/** A connection or an attempt belongs to a client that is no longer in the options. */
export function unknownClient(id: string): PunctualError {
  const message = `The client "${id}" is not among "clients". Add it again.`
  return new PunctualError('client_misconfigured', message, { reason: 'unknown_client' })
}

/** The same, for a function that takes a connection. */
export function clientRemoved(place: string): PunctualError {
  return argumentError(place, 'the client of the connection is no longer among "clients". Add it again')
}
