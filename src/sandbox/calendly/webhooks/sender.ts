// How Calendly sends a webhook: its signature, its retries for a day, and what ends a subscription: a receiver that
// does not answer for a day, or one that answers 410.

import { createHmac } from 'node:crypto'
import type { Sender } from '../../webhooks/sender.ts'
import type { CalendlyHookRow } from '../../world/calendly-rows.ts'
import { findClient } from '../../world/clients.ts'
import type { DeliveryRow } from '../../world/webhook-delivery.ts'
import type { World } from '../../world/world.ts'
import { isPersonal } from '../oauth/personal-tokens.ts'

const day = 86_400_000

/** Calendly's side of sending. */
export const calendlySender: Sender = { headersOf, afterFailure, afterSuccess }

function headersOf(world: World, row: DeliveryRow, at: number): Record<string, string> | null {
  const hook = world.state.calendly.hooks[row.subscription]
  if (hook === undefined) return null
  const same = world.state.switches.calendlyRetrySignature === 'same'
  const seconds = same && row.signedAt !== null ? row.signedAt : Math.floor(at / 1000)
  row.signedAt ??= seconds
  const key = row.fault === 'webhook_badly_signed' ? 'another key' : keyOf(world, hook)
  if (key === null) return { 'content-type': row.contentType }
  const v1 = createHmac('sha256', key).update(`${seconds}.${row.body}`).digest('hex')
  return { 'content-type': row.contentType, 'calendly-webhook-signature': `t=${seconds},v1=${v1}` }
}

/**
 * The subscription's own key, unless a switch prefers the OAuth app's; otherwise the app's, one for all its subscriptions.
 * A personal access token has no app: without a key of its own, nothing is signed.
 */
function keyOf(world: World, hook: CalendlyHookRow): string | null {
  if (isPersonal(hook)) return hook.signingKey
  const own = world.state.switches.calendlySigningKeyParameter === 'used' ? hook.signingKey : null
  return own ?? findClient(world.state.clients, 'calendly', hook.client)?.webhookKey ?? ''
}

/** Retries for 24 hours, or until 24 hours after the meeting, with growing pauses. Then the subscription is disabled. */
function afterFailure(world: World, row: DeliveryRow, at: number): number | null {
  const hook = world.state.calendly.hooks[row.subscription]
  if (hook === undefined) return null
  if (row.attempts.at(-1)?.status === 410) {
    delete world.state.calendly.hooks[hook.id]
    drop(world, hook, row, 'the subscription has been deleted: its receiver answered 410')
    return null
  }
  hook.retryStartedAt ??= at
  const overAt = (row.firstAt ?? at) + day
  const deadline = row.until === null ? overAt : Math.min(overAt, row.until + day)
  if (at < deadline) {
    const pause = world.state.switches.calendlyRetryFirstSeconds * 1000 * 2 ** (row.attempts.length - 1)
    return Math.min(at + pause, deadline)
  }
  if (at >= overAt) disable(world, hook, row, at)
  return null
}

function disable(world: World, hook: CalendlyHookRow, last: DeliveryRow, at: number): void {
  hook.state = 'disabled'
  hook.updatedAt = at
  drop(world, hook, last, 'the subscription has been disabled: no answer for 24 hours')
}

/** Drops all messages that wait for the subscription. */
function drop(world: World, hook: CalendlyHookRow, last: DeliveryRow, why: string): void {
  for (const one of world.state.deliveries) {
    if (one === last || one.subscription !== hook.id || one.state !== 'waiting') continue
    Object.assign(one, { state: 'dropped', why, dueAt: null })
  }
}

function afterSuccess(world: World, row: DeliveryRow): void {
  const hook = world.state.calendly.hooks[row.subscription]
  const others = world.state.deliveries.some(
    (one) => one.subscription === row.subscription && one.state === 'waiting' && one.attempts.length > 0,
  )
  if (hook !== undefined && !others) hook.retryStartedAt = null
}
