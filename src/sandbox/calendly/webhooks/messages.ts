// What Calendly sends to its subscribers, and to which of them.

import { enqueue } from '../../webhooks/enqueue.ts'
import type { CalendlyEventRow, CalendlyHookRow, NoShowRow } from '../../world/calendly-rows.ts'
import type { World } from '../../world/world.ts'
import { hasAccess } from '../oauth/personal-tokens.ts'
import { eventResource, type Invited, inviteeResource, noShowResource } from '../resources/booking-resource.ts'
import { allMembers, groupsOf } from '../resources/people.ts'
import { timestamp, userUri } from '../resources/uris.ts'

/** The events that something in the sandbox causes. */
export type CalendlyMessage =
  | 'invitee.created'
  | 'invitee.canceled'
  | 'invitee_no_show.created'
  | 'invitee_no_show.deleted'

/** Queues the message about an invitee for every subscription that covers the meeting. */
export function enqueueMessages(
  world: World,
  now: number,
  event: CalendlyMessage,
  invited: Invited,
  noShow: NoShowRow | null = null,
): void {
  const { row } = invited
  for (const hook of Object.values(world.state.calendly.hooks)) {
    if (!hook.events.includes(event) || !covers(world, hook, row)) continue
    enqueue(world, {
      provider: 'calendly',
      subscription: hook.id,
      client: hook.client,
      account: hook.creator,
      event,
      url: hook.url,
      contentType: 'application/json',
      body: JSON.stringify(messageBody(world, invited, { event, creator: hook.creator, now, noShow })),
      until: row.endsAt,
    })
  }
}

/** The body of a webhook: the invitee, with the meeting inside; of a no-show perhaps the mark alone, by a switch. */
export function messageBody(
  world: World,
  invited: Invited,
  { event, creator, now, noShow = null }: { event: string; creator: string; now: number; noShow?: NoShowRow | null },
): object {
  const isThin = noShow !== null && world.state.switches.calendlyNoShowPayload === 'no_show'
  return {
    created_at: timestamp(now),
    created_by: userUri(world, creator),
    event,
    payload: isThin
      ? noShowResource(world, invited, noShow)
      : { ...inviteeResource(world, invited), scheduled_event: eventResource(world, invited.row) },
  }
}

function covers(world: World, hook: CalendlyHookRow, row: CalendlyEventRow): boolean {
  if (hook.state !== 'active' || hook.organization !== row.organization) return false
  const isHost = (one: { id: string }): boolean => one.id === row.host
  // A user's own ends when the user is removed from the organization; one of the organization outlives its creator.
  if (hook.user !== null) {
    const inside = allMembers(world).some((one) => isHost(one) && one.organization === hook.organization)
    if (hook.user !== row.host || !inside) return false
  }
  const group = groupsOf(world, hook.organization).find((one) => one.id === hook.group)
  if (hook.group !== null && !group?.members.some(isHost)) return false
  return !world.state.switches.calendlyHooksEndWithTokens || hasAccess(world, hook)
}
