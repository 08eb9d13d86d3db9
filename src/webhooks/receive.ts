// `POST {baseUrl}/webhooks/{client}/{id}`: takes a provider's delivery. Nothing is read out of it before its signature has
// been verified, and nothing is answered with a success before it lies in the store. Answers tell a stranger nothing.

import type { Subscription } from '../connections/subscriptions.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { ConnectionRow } from '../core/store.ts'
import type { ProviderWebhooks, WebhookClaim, WebhookMessage } from '../core/webhooks.ts'
import { readBody } from './body.ts'
import { takeIn } from './intake.ts'
import type { WebhookParts } from './parts.ts'
import { isSigned } from './verify.ts'

/** Bytes of a body. */
const limit = 1_048_576
/** Ms for the body to come. */
const patience = 10_000
/** Ms that the provider's clock may be ahead of ours. */
const skew = 300_000

/** Why a delivery is not taken, for the operator alone. */
type Refusal =
  | 'no_secret'
  | 'not_signed'
  | 'bad_signature'
  | 'another_account'
  | 'too_old'
  | 'in_the_future'
  | 'malformed'
  | 'unknown_shape'
  | 'not_subscribed'

export async function receive(parts: WebhookParts, clientId: string, id: string, request: Request): Promise<Response> {
  if (request.method !== 'POST') return answer(405, 'Only POST is taken here.', { allow: 'POST' })
  try {
    return await take(parts, clientId, id, request)
  } catch (error) {
    if (!(error instanceof PunctualError)) throw error
    // The store is away, or a secret does not open with the keys at hand. The provider comes again.
    if (error.code !== 'store_unavailable') parts.report.fault(error)
    return answer(503, 'Come again later.', { 'retry-after': '30' })
  }
}

async function take(parts: WebhookParts, clientId: string, id: string, request: Request): Promise<Response> {
  const subscription = await parts.subscriptions.get(id)
  const client = parts.clients.get(clientId)
  const webhooks = client?.provider.webhooks
  if (!client || !webhooks || subscription?.client !== clientId) return answer(404, 'There is nothing here.')
  const connection = await parts.connections.get(subscription.connection)
  if (!connection || hasEnded(subscription, connection)) return answer(410, 'Nobody listens here any more.')

  const body = await readBody(parts.clock, request, limit, patience)
  if (body === 'too_long') return answer(413, 'The body is too long.')
  if (body === 'broken') return answer(408, 'The body did not come whole.')

  const claim = webhooks.claim(request.headers)
  const forged = judgeSignature(claim, body, secretsOf(webhooks, client, subscription))
  if (forged) return refused(parts, clientId, forged, 401)

  const text = textOf(body)
  const parsed = text === null ? undefined : parseJson(text)
  if (text === null || parsed === undefined) return refused(parts, clientId, 'malformed', 400)
  const message = webhooks.read(parsed)
  if (!message) return refused(parts, clientId, 'unknown_shape', 400)
  const wrong = judgeMessage(parts, message, claim, subscription, client.webhookTolerance ?? webhooks.tolerance)
  if (wrong) return refused(parts, clientId, wrong, wrong === 'not_subscribed' ? 400 : 401)

  if (await takeIn(parts, connection, subscription, message, text)) announce(parts, connection, message)
  return new Response(null, { status: 200 })
}

function hasEnded({ state, account }: Subscription, connection: ConnectionRow): boolean {
  return state === 'removed' || connection.status === 'disconnected' || connection.account.id !== account
}

function secretsOf(webhooks: ProviderWebhooks, client: Client, subscription: Subscription): readonly Secret[] {
  if (webhooks.signedBy === 'client') return client.webhookKeys
  const own = subscription.secret()
  return own === null ? [] : [own]
}

function judgeSignature(claim: WebhookClaim | null, body: Uint8Array, secrets: readonly Secret[]): Refusal | null {
  if (secrets.length === 0) return 'no_secret'
  if (!claim) return 'not_signed'
  return isSigned(claim, body, secrets) ? null : 'bad_signature'
}

/** Genuine, but is it for this subscription, and is it no replay? */
function judgeMessage(
  { clock }: WebhookParts,
  message: WebhookMessage,
  claim: WebhookClaim | null,
  { account, events }: Subscription,
  tolerance: number,
): Refusal | null {
  // One key may sign for all accounts of an app: a delivery for one must not be taken at the address of another.
  if (message.account !== null && message.account !== account) return 'another_account'
  const age = clock.now() - (claim?.signedAt ?? message.createdAt)
  if (age < -skew) return 'in_the_future'
  if (age > tolerance * 1000) return 'too_old'
  return events.includes(message.name) ? null : 'not_subscribed'
}

function announce({ accepted, report }: WebhookParts, connection: ConnectionRow, { name }: WebhookMessage): void {
  accepted()
  report.received(connection, name)
}

function refused({ report }: WebhookParts, client: string, reason: Refusal, status: 400 | 401): Response {
  report.refused(client, reason)
  return answer(status, 'The delivery is not taken.')
}

function answer(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}

/** `null`: it is not UTF-8. */
function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}

/** `undefined`: it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
