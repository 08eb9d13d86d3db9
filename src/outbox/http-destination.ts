// Posts events to an address, signed by the Standard Webhooks scheme. Only a 2xx acknowledges an event. An error message holds
// neither the address, nor a secret, nor anything of the receiver's answer.

import type { Clock } from '../core/clock.ts'
import type { DeliveredEvent, DeliveryHandler } from '../core/events.ts'
import { ask, type Fetch, TransportError } from '../core/http.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { Secret } from '../core/secret.ts'
import { fetchToAllowed } from './public-destination.ts'

/** For head and body; shorter than a handler may take, so that a response that came is always judged. */
const deadlineMs = 25_000
/** The response is read up to here, so that the TCP connection can be used again. */
const responseLimitBytes = 16_384

/** The receiver did not acknowledge an event. */
export class NotAcknowledgedError extends Error {
  override readonly name = 'NotAcknowledgedError'
  /** For how long the receiver asks not to be called. */
  readonly retryAfterMs: number | null

  constructor(message: string, retryAfterMs: number | null) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

export interface HttpDestinationInit {
  readonly clock: Clock
  readonly fetch: Fetch
}

export interface HttpDestination {
  readonly url: string
  readonly secrets: readonly Secret[]
  readonly allowPrivateAddresses: boolean
}

/**
 * Returns a handler that posts each event to that address. It rejects unless the receiver answers 2xx.
 *
 * @see {@link https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md Standard Webhooks}
 */
export function httpDestination(
  { clock, fetch }: HttpDestinationInit,
  { url, secrets, allowPrivateAddresses }: HttpDestination,
): DeliveryHandler {
  const send = fetchToAllowed(fetch, allowPrivateAddresses)
  let signers: Promise<readonly Signer[]> | null = null
  return async (event, { signal }) => {
    // The status decides alone, even when the rest of the response does not come.
    const received: { response: Response | null } = { response: null }
    const keepingResponse: Fetch = async (input, init) => {
      received.response = await send(input, init)
      return received.response
    }
    const at = new Date(clock.now())
    const body = bodyOf(event)
    signers ??= signersOf(secrets)
    const signatures = (await signers).map((signer) => signer.sign(event.id, at, body))
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'punctual',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    }
    const limits = { deadlineMs, limitBytes: responseLimitBytes, signal }
    await ask({ fetch: keepingResponse, clock }, url, { method: 'POST', headers, body }, limits).catch(
      (error: unknown) => {
        if (received.response) return
        throw error instanceof TransportError ? new NotAcknowledgedError(error.message, null) : error
      },
    )
    if (received.response) assertAcknowledged(received.response, clock.now())
  }
}

type Signer = Pick<import('standardwebhooks').Webhook, 'sign'>

/** Loaded when it is first needed: a handler of the host application needs no signatures. */
async function signersOf(secrets: readonly Secret[]): Promise<readonly Signer[]> {
  const { Webhook } = await import('standardwebhooks')
  return secrets.map((secret) => new Webhook(secret.reveal()))
}

/** The body as every receiver's library expects it; the same in each dispatch of the event. */
function bodyOf({ id: _, dispatch: __, type, at, ...data }: DeliveredEvent): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data })
}

function assertAcknowledged({ status, ok, headers }: Pick<Response, 'status' | 'ok' | 'headers'>, now: number): void {
  if (ok) return
  const redirects = status >= 300 && status < 400
  const waitMs = retryAfterMs(status, headers, now)
  throw new NotAcknowledgedError(
    `the receiver answered ${status}${redirects ? ', and redirects are not followed' : ''}`,
    waitMs,
  )
}
