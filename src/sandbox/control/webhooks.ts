// Lists the webhooks and the subscriptions, and sends one again.

import { jsonAnswer } from '../http/exchange.ts'
import type { State } from '../world/state.ts'
import type { DeliveryRow } from '../world/webhook-delivery.ts'
import type { World } from '../world/world.ts'
import { absent, type ControlAnswer, type ControlCall, type ControlRoute } from './call.ts'

/** The endpoints of the webhooks. */
export const webhookRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/webhooks',
    answer: ({ world }) =>
      jsonAnswer(200, { webhooks: shownDeliveries(world.state), subscriptions: shownSubscriptions(world.state) }),
  },
  { method: 'POST', path: '/control/webhooks/:id/redeliver', answer: redeliver },
]

/** One webhook as it is shown; times in ISO. */
export interface ShownDelivery {
  readonly id: string
  readonly provider: DeliveryRow['provider']
  readonly event: string
  readonly url: string
  readonly subscription: string
  readonly client: string
  readonly account: string
  /** `waiting`: it will be sent again, at `nextAt`. */
  readonly state: DeliveryRow['state']
  readonly why: string | null
  readonly fault: DeliveryRow['fault']
  readonly createdAt: string
  readonly nextAt: string | null
  readonly attempts: readonly { readonly at: string; readonly status: number | null; readonly why: string | null }[]
  /** Exactly what is sent. */
  readonly body: string
}

/** All webhooks that are remembered, oldest first. */
export function shownDeliveries(state: State): ShownDelivery[] {
  return state.deliveries.map(shownDelivery)
}

/** The webhook as it is shown. */
export function shownDelivery(row: DeliveryRow): ShownDelivery {
  return {
    id: row.id,
    provider: row.provider,
    event: row.event,
    url: row.url,
    subscription: row.subscription,
    client: row.client,
    account: row.account,
    state: row.state,
    why: row.why,
    fault: row.fault,
    createdAt: new Date(row.createdAt).toISOString(),
    nextAt: row.dueAt === null ? null : new Date(row.dueAt).toISOString(),
    attempts: row.attempts.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
    body: row.body,
  }
}

/** A subscription as it is shown, at either provider. */
export interface ShownSubscription {
  readonly id: string
  readonly provider: DeliveryRow['provider']
  readonly account: string
  readonly url: string
  readonly events: readonly string[]
  readonly state: string
}

/** All subscriptions. */
export function shownSubscriptions(state: State): ShownSubscription[] {
  return [
    ...Object.values(state.calendly.hooks).map((hook) => ({
      id: hook.id,
      provider: 'calendly' as const,
      account: hook.creator,
      url: hook.url,
      events: hook.events,
      state: hook.state === 'active' && hook.retryStartedAt !== null ? 'active, retrying' : hook.state,
    })),
    ...Object.values(state.calcom.hooks).map((hook) => ({
      id: hook.id,
      provider: 'calcom' as const,
      account: hook.user,
      url: hook.url,
      events: hook.triggers,
      state: hook.active ? 'active' : 'switched off',
    })),
  ]
}

/** Switches the person's active subscriptions off, and returns how many there were. */
export function switchOffSubscriptions(world: World, provider: DeliveryRow['provider'], account: string): number {
  const { calendly, calcom } = world.state
  const atCalendly = Object.values(calendly.hooks).filter((hook) => hook.creator === account && hook.state === 'active')
  const atCalcom = Object.values(calcom.hooks).filter((hook) => hook.user === account && hook.active)
  if (provider === 'calendly') for (const hook of atCalendly) hook.state = 'disabled'
  else for (const hook of atCalcom) hook.active = false
  world.changed()
  return provider === 'calendly' ? atCalendly.length : atCalcom.length
}

/** Sends it once more without the fault that it met, also if it has been delivered. */
function redeliver({ world, exchange, params }: ControlCall): ControlAnswer {
  const row = world.state.deliveries.find((one) => one.id === params.id)
  if (row === undefined) return absent(exchange, 'There is no webhook with this id: look at GET /control/webhooks.')
  Object.assign(row, { state: 'waiting', why: null, fault: null, dueAt: world.now(), firstAt: null, signedAt: null })
  world.changed()
  return jsonAnswer(202, { webhook: shownDeliveries(world.state).find((one) => one.id === row.id) })
}
