// Says what a text means that somebody has at hand: an address, an error body, a line of the log, a sentence. The readers
// are asked in order, from the most certain to the least; the first that knows the text answers.

import { membersOf, parsedJson } from '../probes/json.ts'
import { explainAddress } from './address.ts'
import { type Explain, type Explanation, explained } from './explanation.ts'
import { explainJson } from './json-body.ts'
import { explainWords } from './our-words.ts'
import { explainOtherSentence, explainProviderText, explainSentence, explainSystemError } from './sentences.ts'

export interface Answer extends Explanation {
  readonly known: boolean
}

/** A longer text is cut: what it is about stands at its beginning. */
const longest = 50_000

const readers: readonly Explain[] = [
  explainJson,
  explainAddress,
  explainSentence,
  explainProviderText,
  ({ text }) => explainWords(text),
  explainSystemError,
  explainOtherSentence,
]

export function explain(given: string): Answer {
  const text = withoutPaint(given).trim().slice(0, longest)
  const taken = { text, json: jsonIn(text) }
  for (const read of readers) {
    const found = read(taken)
    if (found) return { known: true, ...found }
  }
  return { known: false, ...notKnown }
}

const notKnown = explained(
  'This text is not known: it is neither an address of a callback nor an error body of Calendly or Cal.com, and neither a line of the log nor a sentence of Punctual that this version knows. It holds no known code of Node or of a database.',
  'Run punctual doctor. If that finds nothing and the text comes from a provider, send its support the time, the status, the header X-Request-Id and the body, without codes, states and tokens. If it comes from Punctual, report it at https://github.com/punctual-dev/punctual/issues with "punctual --version" and "punctual doctor --json".',
)

/** Returns the JSON object in a text, which may stand behind a time and a level. */
function jsonIn(text: string): Readonly<Record<string, unknown>> | null {
  const [first, last] = [text.indexOf('{'), text.lastIndexOf('}')]
  if (first < 0 || last < first) return null
  for (const part of [text.slice(first, last + 1), ...text.split('\n').filter((line) => line.trim().startsWith('{'))]) {
    const value = parsedJson(part)
    if (value !== undefined) return membersOf(value)
  }
  return null
}

/** Removes the colours of a terminal. */
function withoutPaint(text: string): string {
  return text.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
}
