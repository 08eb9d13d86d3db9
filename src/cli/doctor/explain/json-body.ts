// A JSON object: an error body of a provider, a problem document of ours, a line of the log, an event.

import { meaningOfText, type ProviderName } from '../words/provider-words.ts'
import { providerError } from './address.ts'
import { type Explain, type Explanation, explained } from './explanation.ts'
import { explainCode, explainEvent } from './our-words.ts'
import { explainOtherSentence } from './sentences.ts'

type Members = Readonly<Record<string, unknown>>

export const explainJson: Explain = ({ json, text }) => {
  if (json === null) return null
  return ours(json) ?? oauthError(json) ?? apiError(json, text) ?? request(json)
}

function ours(json: Members): Explanation | null {
  const reason = textOf(json.reason)
  for (const type of [json.message, json.type]) {
    const event = typeof type === 'string' ? explainEvent(type, json) : null
    if (event) return event
  }
  if (typeof json.code === 'string') return withForeignReason(explainCode(json.code, reason), reason)
  // A serialised error may lie in a field.
  for (const inner of [json.error, json.err, json.cause, json.data])
    if (isMembers(inner) && typeof inner.code === 'string') {
      const found = explainCode(inner.code, textOf(inner.reason))
      if (found) return found
    }
  return null
}

/** A reason may be the code of a database: an SQLSTATE, or SQLite's own. */
function withForeignReason(found: Explanation | null, reason: string | null): Explanation | null {
  const more = found && reason !== null ? explainOtherSentence({ text: reason, json: null }) : null
  return found && more ? explained(`${found.message} ${more.message}`, more.fix) : found
}

/** RFC 6749, section 5.2: `error`, `error_description`. */
function oauthError({ error, error_description }: Members): Explanation | null {
  return typeof error === 'string' ? providerError(error, textOf(error_description) ?? '', null) : null
}

/** Calendly's `title` and `message`; Cal.com's `error.message`. */
function apiError(json: Members, text: string): Explanation | null {
  const isCalcom = json.status === 'error' || isMembers(json.error)
  const isCalendly = typeof json.title === 'string' || json.required_scopes !== undefined
  const names: readonly ProviderName[] = isCalcom ? ['calcom'] : isCalendly ? ['calendly'] : ['calendly', 'calcom']
  for (const name of names) {
    const found = meaningOfText(text, name)
    if (found) return explained(found.what, found.fix)
  }
  return null
}

/** A line of the log about a request: its status says whose fault it is. */
function request({ message, status, level }: Members): Explanation | null {
  if (message !== 'request' || typeof status !== 'number') return null
  if (status < 400) return explained('A request that was served.', null)
  if (status < 500)
    return explained(
      'A request that was refused. Its answer, a problem document, has the code and the reason.',
      'Explain the body of the answer: punctual doctor --explain "…"',
    )
  return explained(
    `A request that failed${level === 'error' ? '' : ' for now'}. The lines of the log with the same requestId say why.`,
    'Explain those lines, and run punctual doctor.',
  )
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
