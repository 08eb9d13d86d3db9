// `POST {baseUrl}/webhooks/{client}/{id}`: receives a provider's delivery. Nothing of the body is read before its signature
// has been verified, and no success is answered before the event is stored. A stranger learns nothing from an answer; a
// sender who has signed learns the reason.
// Invariant: 410 makes a provider delete the subscription at once (Calendly, docs/providers/calendly.md), so only a
// verified delivery gets it, and only for a subscription that is over for good.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { WebhookRefusal } from '../core/events.ts'
import type { WebhookOutcome } from '../core/measure.ts'
import type { Client } from '../core/provider.ts'
import { readBody } from '../core/request-body.ts'
import type { Secret } from '../core/secret.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ProviderWebhooks, WebhookClaim, WebhookMessage } from '../core/webhooks.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { currentOf } from './desired.ts'
import type { Enqueue } from './enqueue.ts'
import { parseJson } from './json.ts'
import { readMessage } from './message.ts'
import type { WebhookReport } from './report.ts'
import { isSigned } from './verify.ts'

const bodyLimits = { limitBytes: 1_048_576, deadlineMs: 10_000 }
/** How far the provider's clock may be ahead of ours. */
const clockSkewMs = 300_000

/** The response to a delivery, and what became of the delivery. */
export interface Receipt {
  readonly response: Response
  readonly outcome: WebhookOutcome
}

/** Answers a request to the webhook address of that client and subscription. */
export type Receive = (client: string, subscription: string, request: Request) => Promise<Receipt>

export interface ReceiveInit {
  readonly subscriptions: Pick<SubscriptionRecords, 'get' | 'of'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly enqueue: Enqueue
  readonly clock: Clock
  /** Called when an event has been written to the outbox. */
  readonly enqueued: () => void
  readonly report: Pick<WebhookReport, 'received' | 'refused' | 'bodyReadBefore' | 'fault'>
}

export function createReceive(init: ReceiveInit): Receive {
  const { subscriptions, connections, clients, enqueue, clock, enqueued, report } = init

  async function accept(clientId: string, id: string, request: Request): Promise<Receipt> {
    const subscription = await subscriptions.get(id)
    const client = clients.get(clientId)
    const webhooks = client?.provider.webhooks
    if (!client || !webhooks || subscription?.client !== clientId) return refused(answer(404, 'Not found.'))

    const refuse = (reason: WebhookRefusal, status: RefusalStatus, sentence?: string) => {
      report.refused(subscription.client, subscription.connection, reason)
      return refused(sentence === undefined ? new Response(null, { status }) : answer(status, sentence))
    }
    const body = await readBody(request, { clock, ...bodyLimits })
    if (body === 'too_long') return refuse('too_long', 413, 'The body is too long.')
    if (body === 'too_late' || body === 'broken')
      return refuse('incomplete', 408, 'The body did not arrive completely.')
    if (body === 'read_before') {
      report.bodyReadBefore(clientId)
      return refuse('body_read_before', 503, 'Try again later.')
    }

    const claim = webhooks.claim(request.headers)
    const forged = judgeSignature(claim, body, secretsOf(webhooks, client, subscription))
    if (forged) return refuse(forged, 401, 'The delivery is refused.')
    // The sender has signed, so it may learn the reason from here on.

    const parsed = parseJson(body)
    if (!parsed) return refuse('malformed', 400, 'The delivery is refused: malformed.')
    const message = readMessage(webhooks, parsed.value)
    const toleranceMs = client.webhookToleranceMs ?? webhooks.toleranceMs
    const wrong = message && judgeMessage(clock.now(), message, claim, subscription, toleranceMs)
    if (wrong) return refuse(wrong, 401, `The delivery is refused: ${wrong}.`)
    const connection = await connections.get(subscription.connection)
    const retriesEndMs = Math.max(webhooks.toleranceMs, toleranceMs)
    const unwanted = await judgeSubscription(subscriptions, subscription, connection, retriesEndMs)
    // A message that does not name its account proves nothing about this subscription: one key may sign for all
    // accounts of an app.
    if (unwanted === 'for_good' && message) return unwantedAt(410, 'This subscription has ended.')
    if (unwanted || !connection) return unwantedAt(404, 'Not found.')
    // The provider would end the subscription if it were refused, so it gets a success.
    if (!message) return refuse('unknown_shape', 200)
    const useless = judgeUse(message, subscription, webhooks)
    if (useless) return refuse(useless, 200)

    const written = await enqueue(connection, subscription, message, parsed)
    if (written.webhook || written.bookingEvent) enqueued()
    if (written.webhook) report.received(connection, message.name)
    return { response: new Response(null, { status: 200 }), outcome: written.webhook ? 'accepted' : 'repeated' }
  }

  return async (client, subscription, request) => {
    if (request.method !== 'POST') return refused(answer(405, 'Only POST is accepted here.', { allow: 'POST' }))
    try {
      return await accept(client, subscription, request)
    } catch (error) {
      if (!(error instanceof PunctualError)) throw error
      // The store is away, or a secret does not open with the keys at hand. The provider retries.
      if (error.code !== 'store_unavailable') report.fault(error)
      return { response: answer(503, 'Try again later.', { 'retry-after': '30' }), outcome: 'unavailable' }
    }
  }
}

/**
 * Why a delivery to this subscription is not wanted; `null` when it is. `for_good`: the subscription has been removed, and
 * the connection has no other of its scope, so the provider may delete it. `for_now`: it is not wanted, but the provider
 * must keep it: the reconciler has not given it up yet, or another one has replaced it.
 *
 * A delivery to a replaced subscription was on its way, or is a retry. It is accepted for as long as the provider retries,
 * while the replacement stands.
 */
async function judgeSubscription(
  subscriptions: Pick<SubscriptionRecords, 'of'>,
  { connection: id, state, account, scope, current, removedAt, readAt }: Subscription,
  connection: ConnectionRow | null,
  retriesEndMs: number,
): Promise<'for_good' | 'for_now' | null> {
  const hasLeft = !connection || connection.status === 'disconnected' || connection.account.id !== account
  if (state !== 'removed') return hasLeft ? 'for_now' : null
  const replacement = currentOf(await subscriptions.of(id), scope)
  if (!replacement) return 'for_good'
  if (hasLeft || current || removedAt === null || readAt - removedAt > retriesEndMs) return 'for_now'
  return replacement.account === account ? null : 'for_now'
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

/** Why a genuine delivery is not for this subscription, or is a replay; `null` when it is neither. */
function judgeMessage(
  now: number,
  message: WebhookMessage,
  claim: WebhookClaim | null,
  { account }: Subscription,
  toleranceMs: number,
): WebhookRefusal | null {
  // One key may sign for all accounts of an app: a delivery for one must not be taken at the address of another.
  if (message.account !== null && message.account !== account) return 'another_account'
  const age = now - (claim?.signedAt ?? message.createdAt)
  if (age < -clockSkewMs) return 'in_the_future'
  // An impossible time compares as too old.
  return age <= toleranceMs ? null : 'too_old'
}

/** Why a genuine delivery for this account was not asked for here; `null` when it was. */
function judgeUse(
  { name, members }: WebhookMessage,
  { account, scope, events }: Subscription,
  { scopes }: ProviderWebhooks,
): WebhookRefusal | null {
  // One account may have an address for its own events and one, of another owner, for the events of an organization.
  if (scope === scopes[0] && members && !members.includes(account)) return 'another_account'
  // A row without events is damaged: what was asked for is not known, so nothing is refused.
  return events.length === 0 || events.includes(name) ? null : 'not_subscribed'
}

function refused(response: Response): Receipt {
  return { response, outcome: 'refused' }
}

function unwantedAt(status: number, sentence: string): Receipt {
  return { response: answer(status, sentence), outcome: 'unwanted' }
}

type RefusalStatus = 200 | 400 | 401 | 408 | 413 | 503

function answer(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}
