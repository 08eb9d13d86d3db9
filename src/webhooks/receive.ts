// `POST {baseUrl}/webhooks/{client}/{id}`: takes a provider's delivery. Nothing is read out of it before its signature has
// been verified, and nothing is answered with a success before it lies in the store. Answers tell a stranger nothing; who
// has signed hears the reason.
// Invariant: 410 makes a provider delete the subscription at once (Calendly, docs/providers/calendly.md), so only a
// verified delivery gets it, and only of a subscription that is over for good.

import { PunctualError } from '../core/errors.ts'
import type { WebhookRefusal } from '../core/events.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ProviderWebhooks, WebhookClaim, WebhookMessage } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { readBody } from './body.ts'
import { enqueue } from './enqueue.ts'
import { parseJson } from './json.ts'
import { latest } from './lifecycle.ts'
import { readMessage } from './message.ts'
import type { WebhookParts } from './parts.ts'
import { isSigned } from './verify.ts'

/** Bytes of a body. */
const limit = 1_048_576
/** Ms for the body to come. */
const patience = 10_000
/** Ms that the provider's clock may be ahead of ours. */
const skew = 300_000

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

  const refuse = (reason: WebhookRefusal, status: RefusalStatus, sentence?: string) =>
    refused(parts, subscription, reason, status, sentence)
  const body = await readBody(parts.clock, request, limit, patience)
  if (body === 'too_long') return refuse('too_long', 413, 'The body is too long.')
  if (body === 'broken') return refuse('incomplete', 408, 'The body did not come whole.')
  if (body === 'read_before') {
    parts.report.unread(clientId)
    return refuse('body_read_before', 503, 'Come again later.')
  }

  const claim = webhooks.claim(request.headers)
  const forged = judgeSignature(claim, body, secretsOf(webhooks, client, subscription))
  if (forged) return refuse(forged, 401, 'The delivery is not taken.')
  // From here on it is no stranger who asks: the reason may be told.

  const parsed = parseJson(body)
  if (!parsed) return refuse('malformed', 400, 'The delivery is not taken: malformed.')
  const message = readMessage(webhooks, parsed.value)
  const wrong = message && judgeMessage(parts, message, claim, subscription, tolerance(client, webhooks))
  if (wrong) return refuse(wrong, 401, `The delivery is not taken: ${wrong}.`)
  const connection = await parts.connections.get(subscription.connection)
  const end = await judgeEnd(
    parts,
    subscription,
    connection,
    Math.max(webhooks.toleranceMs, tolerance(client, webhooks)),
  )
  // What does not say whose it is proves nothing about this subscription: one key may sign for all accounts of an app.
  if (end === 'for_good' && message) return answer(410, 'Nobody listens here any more.')
  if (end || !connection) return answer(404, 'There is nothing here.')
  // The provider means it, and would end the subscription for a no: it gets a yes.
  if (!message) return refuse('unknown_shape', 200)
  const useless = judgeUse(message, subscription, webhooks)
  if (useless) return refuse(useless, 200)

  if (await enqueue(parts, connection, subscription, message, parsed.text)) announce(parts, connection, message)
  return new Response(null, { status: 200 })
}

function tolerance(client: Client, webhooks: ProviderWebhooks): number {
  return client.webhookToleranceMs ?? webhooks.toleranceMs
}

/**
 * Whether what comes is wanted: `null`. `for_good`: the subscription has been removed, and the connection has no other of
 * its scope, so that the provider may delete it. `for_now`: not wanted, but what is to become of it is somebody else's to
 * say: the keeper has not given it up yet, or another stands in its place.
 *
 * What comes to one that has been replaced was on its way, or is a retry: it is taken for as long as the provider retries,
 * while there is another in its place.
 */
async function judgeEnd(
  { subscriptions }: WebhookParts,
  { connection: id, state, account, scope, current, removedAt, readAt }: Subscription,
  connection: ConnectionRow | null,
  retryForMs: number,
): Promise<'for_good' | 'for_now' | null> {
  const isLeft = !connection || connection.status === 'disconnected' || connection.account.id !== account
  if (state !== 'removed') return isLeft ? 'for_now' : null
  const successor = latest(await subscriptions.of(id), scope)
  if (!successor) return 'for_good'
  if (isLeft || current || removedAt === null || readAt - removedAt > retryForMs) return 'for_now'
  return successor.account === account ? null : 'for_now'
}

function secretsOf(webhooks: ProviderWebhooks, client: Client, subscription: Subscription): readonly Secret[] {
  if (webhooks.signedBy === 'client') return client.webhookKeys
  const own = subscription.secret()
  return own === null ? [] : [own]
}

function judgeSignature(
  claim: WebhookClaim | null,
  body: Uint8Array,
  secrets: readonly Secret[],
): WebhookRefusal | null {
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
  toleranceMs: number,
): WebhookRefusal | null {
  // One key may sign for all accounts of an app: a delivery for one must not be taken at the address of another.
  if (message.account !== null && message.account !== account) return 'another_account'
  const age = clock.now() - (claim?.signedAt ?? message.createdAt)
  if (age < -skew) return 'in_the_future'
  // A time that cannot be one is as good as long ago.
  return age <= toleranceMs ? null : 'too_old'
}

/** Genuine and for this account, but nothing that was asked for here. */
function judgeUse(
  { name, members }: WebhookMessage,
  { account, scope, events }: Subscription,
  { scopes }: ProviderWebhooks,
): WebhookRefusal | null {
  // Of one account, there may be an address for its own things and one, of another owner, for a whole organization's.
  if (scope === scopes[0] && members && !members.includes(account)) return 'another_account'
  // Without any the row is damaged: what was asked for is not known, and nothing is refused for it.
  return events.length === 0 || events.includes(name) ? null : 'not_subscribed'
}

function announce({ accepted, report }: WebhookParts, connection: ConnectionRow, { name }: WebhookMessage): void {
  accepted()
  report.received(connection, name)
}

type RefusalStatus = 200 | 400 | 401 | 408 | 413 | 503

function refused(
  { report }: WebhookParts,
  { client, connection }: Subscription,
  reason: WebhookRefusal,
  status: RefusalStatus,
  sentence?: string,
): Response {
  report.refused(client, connection, reason)
  return sentence === undefined ? new Response(null, { status }) : answer(status, sentence)
}

function answer(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}
