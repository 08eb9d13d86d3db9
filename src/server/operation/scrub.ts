// A net below the log: what looks like a secret is hidden in a line before it is written, and what a terminal would obey is escaped.
// No line is meant to hold either.

import { withEscapedSigns } from '../../core/json.ts'

const secrets: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // API keys and connect sessions of ours, and the secrets that sign events.
  [/\bpk_[0-9a-z]{4,}_[\w-]{20,}/g, 'pk_[secret]'],
  [/\bsession_[\w-]{20,}/g, 'session_[secret]'],
  [/\bwhsec_[\w+/=-]{8,}/g, 'whsec_[secret]'],
  [/\b(bearer|basic)\s+[\w~+/.=-]{8,}/gi, '$1 [secret]'],
  // A signed token: three parts in base64url, the first of which is a JSON object.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[secret]'],
  // Parameters of an address, of a form and of a cookie.
  [
    /\b(code|state|access_token|refresh_token|id_token|client_secret|code_verifier|token|password|cookie|set-cookie|authorization)(=|\\?":\s*\\?"|:\s)[^&"\\\s,;]+/gi,
    '$1$2[secret]',
  ],
]

/** A code of ours, such as `deliver_to_failed`: words without a digit. `code` is also the name of a secret. */
const ownCode = /("code":"(?:unexpected|[a-z]+(?:_[a-z]+)+)")/

/** Returns the line without what looks like a secret. */
export function scrub(line: string): string {
  const hidden = (part: string) => secrets.reduce((text, [pattern, shown]) => text.replace(pattern, shown), part)
  const parts = line.split(ownCode)
  return withEscapedSigns(parts.map((part, index) => (index % 2 === 0 ? hidden(part) : part)).join(''))
}
