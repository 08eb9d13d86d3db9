// What Calendly tells its subscribers, and which of them hear of it.

import { grantId } from '../grants.ts'
import { enqueue } from '../webhooks/enqueue.ts'
import type { World } from '../world.ts'
import { timestamp } from './call.ts'
import { eventResource, inviteeResource } from './resources.ts'
import type { CalendlyEventRow, CalendlyHookRow } from './rows.ts'
import { userUri } from './tokens.ts'

/** The events that something in the sandbox causes. */
export type CalendlyMessage =
  | 'invitee.created'
  | 'invitee.canceled'
  | 'invitee_no_show.created'
  | 'invitee_no_show.deleted'

/** Queues the message for every subscription that covers the meeting. */
export function tell(world: World, now: number, event: CalendlyMessage, row: CalendlyEventRow): void {
  for (const hook of Object.values(world.state.calendly.hooks)) {
    if (!hook.events.includes(event) || !hears(world, hook, row)) continue
    enqueue(world, {
      provider: 'calendly',
      subscription: hook.id,
      client: hook.client,
      account: hook.creator,
      event,
      url: hook.url,
      contentType: 'application/json',
      body: JSON.stringify(message(world, now, event, hook.creator, row)),
      until: row.endsAt,
    })
  }
}

/** The body of a webhook: the invitee, with its meeting inside. */
export function message(world: World, now: number, event: string, creator: string, row: CalendlyEventRow): object {
  return {
    created_at: timestamp(now),
    created_by: userUri(world, creator),
    event,
    payload: { ...inviteeResource(world, row), scheduled_event: eventResource(world, row) },
  }
}

function hears(world: World, hook: CalendlyHookRow, row: CalendlyEventRow): boolean {
  if (hook.state !== 'active' || hook.organization !== row.organization) return false
  if (hook.user !== null && hook.user !== row.host) return false
  if (!world.state.switches.calendlyHooksEndWithTokens) return true
  return world.state.grants[grantId('calendly', hook.client, hook.creator)]?.endedAt === null
}
