// How Calendly sends a webhook: its signature, its retries for a day, and the end of a subscription that never answers.

import { createHmac } from 'node:crypto'
import { findClient } from '../clients.ts'
import type { DeliveryRow } from '../webhooks/row.ts'
import type { Sender } from '../webhooks/sender.ts'
import type { World } from '../world.ts'
import type { CalendlyHookRow } from './rows.ts'

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
  const v1 = createHmac('sha256', key).update(`${seconds}.${row.body}`).digest('hex')
  return { 'content-type': row.contentType, 'calendly-webhook-signature': `t=${seconds},v1=${v1}` }
}

/** One key for all subscriptions of an OAuth app, unless a switch lets the subscription's own win. */
function keyOf(world: World, hook: CalendlyHookRow): string {
  const own = world.state.switches.calendlySigningKeyParameter === 'used' ? hook.signingKey : null
  return own ?? findClient(world.state.clients, 'calendly', hook.client)?.webhookKey ?? ''
}

/** Retries for 24 hours, or until 24 hours after the meeting, with growing pauses. Then the subscription is disabled. */
function afterFailure(world: World, row: DeliveryRow, at: number): number | null {
  const hook = world.state.calendly.hooks[row.subscription]
  if (hook === undefined) return null
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
  for (const one of world.state.deliveries) {
    if (one === last || one.subscription !== hook.id || one.state !== 'waiting') continue
    one.state = 'dropped'
    one.why = 'the subscription has been disabled: no answer for 24 hours'
    one.dueAt = null
  }
}

function afterSuccess(world: World, row: DeliveryRow): void {
  const hook = world.state.calendly.hooks[row.subscription]
  const others = world.state.deliveries.some(
    (one) => one.subscription === row.subscription && one.state === 'waiting' && one.attempts.length > 0,
  )
  if (hook !== undefined && !others) hook.retryStartedAt = null
}
