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
import { parseJson } from './json.ts'
import type { WebhookParts } from './parts.ts'
import { latest } from './standing.ts'
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
  const retries = Math.max(webhooks.tolerance, client.webhookTolerance ?? 0)
  if (!connection || (await hasEnded(parts, subscription, connection, retries)))
    return answer(410, 'Nobody listens here any more.')

  const body = await readBody(parts.clock, request, limit, patience)
  if (body === 'too_long') return answer(413, 'The body is too long.')
  if (body === 'broken') return answer(408, 'The body did not come whole.')

  const claim = webhooks.claim(request.headers)
  const forged = judgeSignature(claim, body, secretsOf(webhooks, client, subscription))
  if (forged) return refused(parts, clientId, forged, 401)

  const parsed = parseJson(body)
  if (!parsed) return refused(parts, clientId, 'malformed', 400)
  const message = webhooks.read(parsed.value)
  // The provider means it, and would end the subscription for a no: it gets a yes.
  if (!message) return refused(parts, clientId, 'unknown_shape', 200)
  const wrong = judgeMessage(parts, message, claim, subscription, client.webhookTolerance ?? webhooks.tolerance)
  if (wrong) return refused(parts, clientId, wrong, 401)
  const useless = judgeUse(message, subscription, webhooks)
  if (useless) return refused(parts, clientId, useless, 200)

  if (await takeIn(parts, connection, subscription, message, parsed.text)) announce(parts, connection, message)
  return new Response(null, { status: 200 })
}

/**
 * What comes to one that has been replaced was on its way, or is a retry: it is taken for as long as the provider retries
 * (in seconds), while there is another in its place.
 */
async function hasEnded(
  { subscriptions }: WebhookParts,
  { state, account, scope, current, removedAt, readAt }: Subscription,
  connection: ConnectionRow,
  retries: number,
): Promise<boolean> {
  if (connection.status === 'disconnected' || connection.account.id !== account) return true
  if (state !== 'removed') return false
  if (current || removedAt === null || readAt - removedAt > retries * 1000) return true
  return latest(await subscriptions.of(connection.id), scope)?.account !== account
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
  { account }: Subscription,
  tolerance: number,
): Refusal | null {
  // One key may sign for all accounts of an app: a delivery for one must not be taken at the address of another.
  if (message.account !== null && message.account !== account) return 'another_account'
  const age = clock.now() - (claim?.signedAt ?? message.createdAt)
  if (age < -skew) return 'in_the_future'
  return age > tolerance * 1000 ? 'too_old' : null
}

/** Genuine and for this account, but nothing that was asked for here. */
function judgeUse(
  { name, members }: WebhookMessage,
  { account, scope, events }: Subscription,
  { scopes }: ProviderWebhooks,
): Refusal | null {
  // Of one account, there may be an address for its own things and one, of another owner, for a whole organization's.
  if (scope === scopes[0] && members && !members.includes(account)) return 'another_account'
  return events.includes(name) ? null : 'not_subscribed'
}

function announce({ accepted, report }: WebhookParts, connection: ConnectionRow, { name }: WebhookMessage): void {
  accepted()
  report.received(connection, name)
}

function refused({ report }: WebhookParts, client: string, reason: Refusal, status: 200 | 400 | 401): Response {
  report.refused(client, reason)
  return status === 200 ? new Response(null, { status }) : answer(status, 'The delivery is not taken.')
}

function answer(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}
