// Hands events to an address, signed by the Standard Webhooks scheme. Only a 2xx takes an event. What is said of a
// failure holds neither the address, nor a secret, nor anything of the receiver's answer.

import { Webhook } from 'standardwebhooks'

import type { Clock } from '../core/clock.ts'
import type { DeliveredEvent, DeliveryHandler } from '../core/events.ts'
import { ask, type Fetch, TransportError } from '../core/http.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { Secret } from '../core/secret.ts'

/** Ms for head and body; less than a handing over may take, so that an answer that came is never taken for none. */
const deadline = 25_000
/** Bytes of the answer that are read, so that the connection can be used again. */
const readable = 16_384

/** A receiver that did not take an event. */
export class NotAcknowledgedError extends Error {
  override readonly name = 'NotTakenError'
  /** Ms that the receiver asks to be left alone. */
  readonly retryAfterMs: number | null

  constructor(message: string, retryAfterMs: number | null) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

export interface HttpDestinationParts {
  readonly clock: Clock
  readonly fetch: Fetch
}

/**
 * A handler that posts each event to that address. It rejects unless the receiver answers 2xx.
 *
 * @see {@link https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md Standard Webhooks}
 */
export function httpDestination(
  { clock, fetch }: HttpDestinationParts,
  { url, secrets }: { readonly url: string; readonly secrets: readonly Secret[] },
): DeliveryHandler {
  const signers = secrets.map((secret) => new Webhook(secret.reveal()))
  return async (event, { signal }) => {
    const answered: { head: Response | null } = { head: null }
    const noting: Fetch = async (input, init) => {
      answered.head = await fetch(input, init)
      return answered.head
    }
    const at = new Date(clock.now())
    const body = bodyOf(event)
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'punctual',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signers.map((signer) => signer.sign(event.id, at, body)).join(' '),
    }
    const limits = { deadlineMs: deadline, limitBytes: readable, signal }
    await ask({ fetch: noting, clock }, url, { method: 'POST', headers, body }, limits).catch((error: unknown) => {
      // Once the status is known, it alone says whether the event was taken.
      if (!answered.head) throw error instanceof TransportError ? new NotAcknowledgedError(error.message, null) : error
    })
    if (answered.head) judge(answered.head, clock.now())
  }
}

/** The body as every receiver's library expects it; the same each time that the event is handed over. */
function bodyOf({ id: _, dispatch: __, type, at, ...data }: DeliveredEvent): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data })
}

function judge({ status, ok, headers }: Pick<Response, 'status' | 'ok' | 'headers'>, now: number): void {
  if (ok) return
  const redirects = status >= 300 && status < 400
  const waitMs = retryAfterMs(status, headers, now)
  throw new NotAcknowledgedError(
    `the receiver answered ${status}${redirects ? ', and redirects are not followed' : ''}`,
    waitMs,
  )
}
