// Asks the service over HTTP, and again where an answer was lost or says that a later try may work.

import { setTimeout } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'
import type { Place } from './place.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, of which each caller looks at a few members
type Json = any

export interface Answer {
  readonly status: number
  readonly body: Json
}

export interface Question {
  readonly body?: object
  readonly key?: string
}

/** Asks until there is an answer that another try would not change. */
export type Ask = (method: string, path: string, question?: Question) => Promise<Answer>

/** A request is asked for again for so long: a booking of which nothing is known waits 90 s, and may meet the next fault. */
const giveUpAfterMs = 15 * 60_000
/** Where an answer does not say when to ask again. */
const pauseMs = 500

export function createAsk({ url, key }: Pick<Place, 'url' | 'key'>, { note }: Pick<Ledger, 'note'>): Ask {
  async function askOnce(method: string, path: string, { body, key: change }: Question): Promise<Answer | null> {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(change && { 'idempotency-key': change }),
    }
    try {
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
      const response = await fetch(url + path, init)
      const text = await response.text()
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
    } catch {
      return null
    }
  }

  return async function ask(method: string, path: string, question: Question = {}): Promise<Answer> {
    const until = Date.now() + giveUpAfterMs
    for (;;) {
      const answer = await askOnce(method, path, question)
      if (answer && !isPassing(answer)) return answer
      const waitMs = answer?.body?.retryAfterMs ?? pauseMs
      if (Date.now() + waitMs > until) return answer ?? { status: 0, body: {} }
      note(`asked again: ${answer ? `${answer.status} ${answer.body?.code ?? ''}` : 'no answer'}`)
      await setTimeout(waitMs)
    }
  }
}

/** No answer of the provider, of the service or of this request's end yet: the same request may be sent again. */
function isPassing({ status, body }: Answer): boolean {
  if (isDoubt(body)) return false
  return status >= 500 || status === 429 || body?.retryable === true || (status === 409 && body?.code === 'key_in_use')
}

/** Nobody can find out what came of the booking, and the answer says why. */
export function isDoubt(body: Json): boolean {
  return body?.code === 'provider_unavailable' && body.reason === 'outcome_unknown' && body.retryable === false
}
