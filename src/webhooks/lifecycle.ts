// Brings what stands at the provider in line with a row: makes it, takes it away, replaces it. Each can be cut off
// anywhere and begun again: a row is written before its request, and an address is used by one subscription alone.

import { fraction, type Random, randomId } from '../core/clock.ts'
import { each } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import { type Secret, secret } from '../core/secret.ts'
import { isStorable } from '../core/storable.ts'
import type { DesiredWebhook, WebhookCall } from '../core/webhooks.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { isRefusal } from './api.ts'
import { addressOf, type Subscriber, type WebhookParts } from './parts.ts'

/** Ms after which a step that was begun counts as left behind. */
const leftBehind = 120_000

/** Ms until a subscription that stands is looked at again: six hours, more or less, so that they do not come together. */
export function nextLook(random: Random): number {
  return 21_600_000 * (0.9 + 0.2 * fraction(random))
}

/** What one is to be made of. */
export type Order = Pick<Subscription, 'scope' | 'events'>

/** Of a scope the current one; after a replacement that was refused, the one that was to be replaced. */
export function latest(rows: readonly Subscription[], scope: string): Subscription | null {
  const living = rows.filter((row) => row.scope === scope && (row.state === 'creating' || row.state === 'active'))
  return living.find((row) => row.current) ?? living.at(-1) ?? null
}

/** Records a new one in the place of `replaces`. `null`: somebody else was first. */
export async function record(
  parts: WebhookParts,
  { connection, webhooks }: Subscriber,
  { scope, events }: Order,
  replaces: Pick<Subscription, 'id'> | null,
): Promise<Subscription | null> {
  const id = randomId(parts.random, 'hook')
  const own = webhooks.signedBy === 'subscription' ? secretFrom(parts.random) : null
  const inserted = await parts.subscriptions.insert(
    {
      id,
      connection: connection.id,
      client: connection.client,
      account: connection.account.id,
      scope,
      events,
      secret: own,
    },
    replaces?.id ?? null,
    leftBehind,
  )
  return inserted ? parts.subscriptions.get(id) : null
}

/**
 * Makes a `creating` one `active`. `look`: whether an earlier request may have arrived, so that the provider is asked
 * first. Answers false when it was to be removed meanwhile.
 */
export async function establish(
  parts: WebhookParts,
  who: Subscriber,
  row: Subscription,
  call: WebhookCall,
  look: boolean,
): Promise<boolean> {
  const wish = desiredOf(parts, row, row.secret())
  const made = look ? null : await who.webhooks.create(call, wish)
  const reference = storableName(made ?? (await adopt(who, call, wish)))
  const change = { state: 'active', reference, detail: null, checkInMs: nextLook(parts.random) } as const
  if (await parts.subscriptions.update(row.id, ['creating'], change)) return true
  if ((await parts.subscriptions.get(row.id))?.state === 'active') return true
  await who.webhooks.remove(call, reference)
  return false
}

function storableName(reference: string): string {
  if (isStorable(reference)) return reference
  throw new PunctualError('provider_unavailable', 'The provider names the subscription by what cannot be stored.', {
    reason: 'unexpected_answer',
  })
}

/** The one that stands at the address, if it is as wished; else a new one. */
async function adopt({ webhooks }: Subscriber, call: WebhookCall, wish: DesiredWebhook): Promise<string> {
  const standing = await webhooks.find(call, wish)
  if (standing?.state === 'as_desired') return standing.reference
  if (standing) await webhooks.remove(call, standing.reference)
  const reference = (await webhooks.create(call, wish)) ?? (await webhooks.find(call, wish))?.reference
  if (reference !== undefined) return reference
  throw new PunctualError(
    'provider_unavailable',
    'The provider says that the subscription is there already, and does not list it.',
    { reason: 'unexpected_answer', retryable: true },
  )
}

/**
 * Takes one away at the provider. One that the provider will not let us take away is `removed` too, with the reason as
 * its detail: what still comes of it is refused, at the latest when a provider would retry no more.
 */
export async function retire(
  parts: WebhookParts,
  { webhooks }: Subscriber,
  row: Subscription,
  call: WebhookCall,
): Promise<PunctualError | null> {
  await parts.subscriptions.update(row.id, ['creating', 'active'], { state: 'removing', checkInMs: leftBehind })
  let refusal: PunctualError | null = null
  try {
    // By its address: whether it is as wished is not the question, and its secret may not open any more.
    const reference = row.reference ?? (await webhooks.find(call, desiredOf(parts, row, null)))?.reference ?? null
    if (reference !== null) await webhooks.remove(call, reference)
  } catch (error) {
    if (!isRefusal(error)) throw error
    refusal = error
  }
  const detail = refusal && `It may still stand at the provider: ${refusal.message}`
  await parts.subscriptions.update(row.id, ['removing'], { state: 'removed', detail })
  return refusal
}

/** Takes away what one that stands now has replaced. What fails is left to the keeper. */
export async function supersede(
  parts: WebhookParts,
  who: Subscriber,
  { id, scope, account }: Subscription,
  call: WebhookCall,
): Promise<void> {
  const rows = (await parts.subscriptions.of(who.connection.id)).filter((one) => one.scope === scope)
  // Somebody else may have put another in its place meanwhile, who then does this.
  if (latest(rows, scope)?.id !== id) return
  const replaced = rows.filter((row) => row.id !== id)
  await each(replaced, async (old) => {
    if (old.account !== account) await abandon(parts, old, 'it belongs to an account that the connection has left.')
    else await retire(parts, who, old, call).catch((error) => noted(parts, old, error))
  })
}

/** Keeps what stood in the way; the keeper looks again soon. */
export async function noted({ subscriptions }: WebhookParts, row: Subscription, error: unknown): Promise<void> {
  if (!(error instanceof PunctualError)) throw error
  await subscriptions.update(row.id, ['creating', 'active', 'removing'], { detail: error.message, checkInMs: 60_000 })
}

/** Gives one up that belongs to an account to which there is no way any more. */
export async function abandon({ subscriptions }: WebhookParts, row: Subscription, why: string): Promise<void> {
  const detail = `It may still stand at the provider: ${why}`
  await subscriptions.update(row.id, ['creating', 'active', 'removing'], { state: 'removed', detail })
}

/** What is to stand for that row, signing with that secret. */
export function desiredOf(
  parts: Pick<WebhookParts, 'baseUrl'>,
  row: Subscription,
  secret: Secret | null,
): DesiredWebhook {
  const { events, scope, account } = row
  return { address: addressOf(parts, row), events, scope, account, secret }
}

/** 256 bits: as long as the signature. */
function secretFrom(random: Random): Secret {
  return secret(Buffer.from(random(32)).toString('base64url'))
}
