// The step before every route of Cal.com's API: the body is read, within 100 kB. An error here does not have a request
// id of the server yet.

import { type Answer, type Exchange, jsonAnswer, mediaType, refused } from '../../http/exchange.ts'
import { isRead } from '../oauth/parameters.ts'
import { apiError } from './errors.ts'

const limit = 100 * 1024

/** The refusal of a body that cannot be read, or null. */
export function refuseBody(exchange: Exchange): Answer | null {
  if (exchange.body === '' || !isRead(exchange)) return null
  if (Buffer.byteLength(exchange.body) > limit) {
    // The words of the framework's body parser.
    const body = { statusCode: 413, message: 'request entity too large' }
    return refused(exchange, 'the body is over 100 kB', jsonAnswer(413, body))
  }
  if (mediaType(exchange) !== 'application/json') return null
  const message = whyMalformed(exchange.body)
  if (message === null) return null
  const answer = apiError(exchange, 400, message, 'the body is not a JSON object or array')
  return { ...answer, headers: { ...answer.headers, 'x-request-id': 'unknown-request-id' } }
}

/** The parser's words; null when the text is an object or an array. A bare value is refused at its first character. */
function whyMalformed(text: string): string | null {
  const first = text.length - text.replace(/^[ \t\n\r]+/, '').length
  const isBare = !/^[[{]/.test(text.slice(first))
  // "#" begins no JSON, so that the parser stops where the bare value begins.
  const read = isBare ? text.slice(0, first) + '#'.repeat(text.length - first) : text
  try {
    JSON.parse(read)
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/ \(line \d+ column \d+\)$/, '') : 'Invalid JSON'
    return isBare ? message.replace(/#+/g, (run) => text.slice(first, first + run.length)) : message
  }
}
