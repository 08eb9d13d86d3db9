// Removes the secrets of a request from its response, before the response can be logged: servers echo requests in
// errors.

import { causeOf } from '../core/foreign-error.ts'
import { TransportError } from '../core/http.ts'
import { withoutSecrets } from '../core/redaction.ts'

const longest = 200

export interface Redaction {
  /** A text without the secrets and without control characters, of 200 characters at most. */
  text(foreign: string): string
  /** The same error, with nothing of its cause but harmless words. */
  error(error: TransportError): TransportError
}

/** Returns a redaction of these secrets. */
export function redactionOf(secrets: readonly string[]): Redaction {
  const hide = withoutSecrets(secrets)
  return {
    text(foreign: string): string {
      const clean = hide(foreign).replace(/\p{Cc}+/gu, ' ')
      return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
    },
    error({ message, sent, cause, reason }: TransportError): TransportError {
      return new TransportError(hide(message), sent, cause === undefined ? undefined : causeOf(cause, hide), reason)
    },
  }
}
