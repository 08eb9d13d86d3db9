// Calendly's meetings as the control and the pages show them.

import type { CalendlyEventRow } from '../../world/calendly-rows.ts'
import type { ShownBooking } from '../../world/shown-booking.ts'
import type { World } from '../../world/world.ts'

/** All meetings, in the order in which they were booked. */
export function shownBookings(world: World): ShownBooking[] {
  return Object.values(world.state.calendly.events).map(shownBooking)
}

function shownBooking(row: CalendlyEventRow): ShownBooking {
  const iso = (at: number): string => new Date(at).toISOString()
  const [first] = row.invitees
  return {
    id: row.id,
    provider: 'calendly',
    account: row.host,
    eventType: row.name,
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    state: row.cancellation === null ? 'booked' : 'canceled',
    guests: row.invitees.map(({ name, email, timeZone, cancellation }) => ({
      name,
      email,
      timeZone,
      hasCanceled: cancellation !== null,
    })),
    where: placeText(row),
    answers: (first?.answers ?? []).map(({ question, answer }) => ({ question, answer })),
    endedBy: row.cancellation?.by ?? null,
    reason: row.cancellation?.reason ?? null,
    movedFrom: row.invitees.find(({ old }) => old !== null)?.old?.event ?? null,
    movedTo: row.cancellation === null ? null : (row.invitees.find((one) => one.new !== null)?.new?.event ?? null),
    createdAt: iso(row.createdAt),
  }
}

const kinds: Readonly<Record<string, string>> = {
  physical: 'In person',
  inbound_call: 'The guest calls',
  outbound_call: 'The host calls',
  zoom: 'Zoom',
  google_conference: 'Google Meet',
  gotomeeting: 'GoTo Meeting',
  microsoft_teams_conference: 'Microsoft Teams',
  webex_conference: 'Webex',
  ask_invitee: 'Where the guest says',
}

function placeText({ location }: CalendlyEventRow): string | null {
  const { type, join_url: link, location: place } = location
  const kind = kinds[type]
  const exact = typeof link === 'string' ? link : typeof place === 'string' ? place : null
  if (kind === undefined) return exact
  return exact === null ? kind : `${kind}: ${exact}`
}
