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

/** The error for a connect session that does not exist or has expired. */
export function connectSessionNotFound(): PunctualError {
  return new PunctualError(
    'connect_session_not_found',
    'The connect session does not exist, or has expired. Create another one.',
  )
}

/** The error for an API key that does not exist, or can no longer be used. */
export function apiKeyNotFound(place: string): PunctualError {
  return new PunctualError(
    'api_key_not_found',
    `${place}: the API key does not exist, or has ended. Check the id, or create another key.`,
  )
}

/** The error for an event that does not exist, or is not the caller's. */
export function eventNotFound(place: string): PunctualError {
  return new PunctualError(
    'event_not_found',
    `${place}: no event has that id. Acknowledged events are kept for 3 days, dead ones for 30.`,
  )
}

/** A connection or an attempt belongs to a client that is no longer in the options. */
export function unknownClient(id: string): PunctualError {
  const message = `The client "${id}" is not among those of this process. Add it again.`
  return new PunctualError('client_misconfigured', message, { reason: 'unknown_client' })
}

/** The same, for a function that takes a connection. */
export function clientRemoved(place: string): PunctualError {
  return argumentError(place, 'the client of the connection is no longer among those of this process. Add it again')
}
