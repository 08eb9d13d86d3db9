// Calendly's scheduled events and invitees as its API shows them, and their addresses.

import { findAccount } from '../../world/accounts.ts'
import type { CalendlyEventRow, CancellationRow, InviteeRef, InviteeRow, NoShowRow } from '../../world/calendly-rows.ts'
import type { World } from '../../world/world.ts'
import { eventTypeUri, eventUri, inviteeUri, noShowUri, timestamp, userUri } from './uris.ts'

/** A scheduled event. */
export function eventResource(world: World, row: CalendlyEventRow): object {
  const host = findAccount(world.state.accounts, 'calendly', row.host)
  return {
    calendar_event: null,
    ...(row.cancellation === null ? {} : { cancellation: cancellationResource(row.cancellation) }),
    created_at: timestamp(row.createdAt),
    end_time: timestamp(row.endsAt),
    event_guests: row.guests.map((email) => ({
      email,
      created_at: timestamp(row.createdAt),
      updated_at: timestamp(row.createdAt),
    })),
    event_memberships: [{ user: userUri(world, row.host), user_email: host?.email ?? null }],
    event_type: eventTypeUri(world, row.eventType),
    invitees_counter: { total: row.invitees.length, active: activeInvitees(row).length, limit: row.limit },
    location: row.location,
    name: row.name,
    start_time: timestamp(row.startsAt),
    status: statusOf(row),
    updated_at: timestamp(row.updatedAt),
    uri: eventUri(world, row.id),
  }
}

/** A meeting and one of its invitees. */
export interface Invited {
  readonly row: CalendlyEventRow
  readonly invitee: InviteeRow
}

/** The invitees who have not canceled. */
export function activeInvitees({ invitees }: CalendlyEventRow): InviteeRow[] {
  return invitees.filter((one) => one.cancellation === null)
}

/** One invitee of a meeting. */
export function inviteeResource(world: World, { row, invitee }: Invited): object {
  const other = (ref: InviteeRef | null): string | null => {
    const event = ref === null ? undefined : world.state.calendly.events[ref.event]
    const one = event?.invitees.find(({ id }) => id === ref?.id) ?? event?.invitees[0]
    return event === undefined || one === undefined ? null : inviteeUri(world, event, one)
  }
  const site = world.root('/calendly/site')
  return {
    cancel_url: `${site}/cancellations/${invitee.id}`,
    ...(invitee.cancellation === null ? {} : { cancellation: cancellationResource(invitee.cancellation) }),
    created_at: timestamp(invitee.createdAt),
    email: invitee.email,
    event: eventUri(world, row.id),
    first_name: invitee.firstName,
    invitee_scheduled_by: invitee.method === 'api' ? userUri(world, row.host) : null,
    last_name: invitee.lastName,
    name: invitee.name,
    new_invitee: other(invitee.new),
    no_show:
      invitee.noShow === null
        ? null
        : { uri: noShowUri(world, invitee.noShow.id), created_at: timestamp(invitee.noShow.at) },
    old_invitee: other(invitee.old),
    payment: null,
    questions_and_answers: invitee.answers,
    reconfirmation: null,
    reschedule_url: `${site}/reschedulings/${invitee.id}`,
    rescheduled: invitee.new !== null,
    routing_form_submission: null,
    scheduling_method: invitee.method,
    status: statusOf(invitee),
    text_reminder_number: invitee.textReminderNumber,
    timezone: invitee.timeZone,
    tracking: invitee.tracking,
    updated_at: timestamp(invitee.updatedAt),
    uri: inviteeUri(world, row, invitee),
  }
}

/** The mark of an invitee who did not come. */
export function noShowResource(world: World, { row, invitee }: Invited, { id, at }: NoShowRow): object {
  return { created_at: timestamp(at), invitee: inviteeUri(world, row, invitee), uri: noShowUri(world, id) }
}

/** How a meeting was canceled. */
export function cancellationResource(row: CancellationRow): object {
  return { canceled_by: row.by, canceler_type: row.type, created_at: timestamp(row.at), reason: row.reason }
}

function statusOf(row: Pick<InviteeRow, 'cancellation'>): 'active' | 'canceled' {
  return row.cancellation === null ? 'active' : 'canceled'
}
