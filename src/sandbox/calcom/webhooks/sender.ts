// How Cal.com sends a webhook: signed over the body alone, without a time. Whether it retries is not known: a switch.

import { createHmac } from 'node:crypto'
import type { Sender } from '../../webhooks/sender.ts'
import type { DeliveryRow } from '../../world/webhook-delivery.ts'
import type { World } from '../../world/world.ts'

/** Cal.com's side of sending. */
export const calcomSender: Sender = { headersOf, afterFailure, afterSuccess: () => {} }

function headersOf(world: World, row: DeliveryRow): Record<string, string> | null {
  const hook = world.state.calcom.hooks[row.subscription]
  if (hook === undefined) return null
  const badly = row.fault === 'webhook_badly_signed'
  const secret = badly ? 'another secret' : hook.secret
  const signature = secret === null ? 'no-secret-provided' : createHmac('sha256', secret).update(row.body).digest('hex')
  return {
    'content-type': row.contentType,
    'x-cal-signature-256': signature,
    'x-cal-webhook-version': '2021-10-20',
  }
}

/** Where there are retries: after 30 s, then twice as long, at most 10 minutes. */
function afterFailure(world: World, row: DeliveryRow, at: number): number | null {
  const made = row.attempts.length
  if (made >= world.state.switches.calcomWebhookAttempts) return null
  return at + Math.min(30_000 * 2 ** (made - 1), 600_000)
}
