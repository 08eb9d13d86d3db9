// Takes what was sent in secret out of what came back, before anybody can log it: servers echo requests in errors.

import { inspect } from 'node:util'
import { TransportError } from '../core/http.ts'

const longest = 200

export interface Redaction {
  /** A text without the secrets and without control characters, of 200 characters at most. */
  text(foreign: string): string
  /** The error, or a copy without its cause where that holds a secret. */
  error(error: TransportError): TransportError
}

/** A redaction of these secrets, as they are and as a form or an address writes them. */
export function redactionOf(secrets: readonly string[]): Redaction {
  const written = secrets.flatMap((value) => [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
  ])
  // The longest first, so that a secret within another leaves no rest of it behind.
  const forms = [...new Set(written)].filter((form) => form !== '').sort((a, b) => b.length - a.length)
  const without = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text)
  return {
    text(foreign: string): string {
      const clean = without(foreign).replace(/\p{Cc}+/gu, ' ')
      return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
    },
    error(error: TransportError): TransportError {
      const seen = inspect(error, { depth: 8, maxStringLength: null, maxArrayLength: null })
      if (without(seen) === seen) return error
      return new TransportError(without(error.message), error.sent, undefined, error.reason)
    },
  }
}
