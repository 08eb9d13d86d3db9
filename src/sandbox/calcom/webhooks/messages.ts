// What Cal.com sends to the webhooks of a host: an envelope, or the user's own template without one.

import { offsetAt } from '../../time/zone.ts'
import { enqueue } from '../../webhooks/enqueue.ts'
import { findAccount } from '../../world/accounts.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'
import { locationOf, titleOf } from '../resources/booking-resource.ts'
import { eventTypeById, requiresConfirmation, seatsOf } from '../resources/event-types-of.ts'

/** The triggers that something in the sandbox pulls. */
export type CalcomMessage =
  | 'BOOKING_CREATED'
  | 'BOOKING_REQUESTED'
  | 'BOOKING_RESCHEDULED'
  | 'BOOKING_CANCELLED'
  | 'BOOKING_REJECTED'
  | 'BOOKING_NO_SHOW_UPDATED'

/** What a message says beside the booking. */
interface About {
  /** Whom it is about, if not everybody: those whose seat it is. */
  readonly attendees?: readonly AttendeeRow[]
  /** The host asks for another time. */
  readonly toReschedule?: boolean
  /** How a seat was cancelled. */
  readonly reason?: string | null
  readonly by?: string | null
  /** The booking that a seat has left. */
  readonly from?: BookingRow
}

/** Queues the message for every active webhook of the host, and of the event type. */
export function enqueueMessages(
  world: World,
  now: number,
  trigger: Exclude<CalcomMessage, 'BOOKING_NO_SHOW_UPDATED'>,
  row: BookingRow,
  about: About = {},
): void {
  send(world, now, trigger, row, payloadOf(world, trigger, row, about))
}

/** Queues the message that somebody was marked as absent, or unmarked; its payload is the small one of the documents. */
export function enqueueNoShow(
  world: World,
  now: number,
  row: BookingRow,
  attendees: readonly { readonly email: string; readonly noShow: boolean }[],
): void {
  const [one, ...others] = attendees
  const isOne = one !== undefined && others.length === 0
  const message = isOne ? `${one.email} ${one.noShow ? '' : 'un'}marked as no-show` : 'No-show status updated'
  send(world, now, 'BOOKING_NO_SHOW_UPDATED', row, { message, attendees, bookingUid: row.uid, bookingId: row.id })
}

function send(
  world: World,
  now: number,
  trigger: CalcomMessage,
  row: BookingRow,
  payload: Record<string, unknown>,
): void {
  for (const hook of Object.values(world.state.calcom.hooks)) {
    if (hook.user !== row.host || !hook.active || !hook.triggers.includes(trigger)) continue
    if (hook.eventTypeId !== null && hook.eventTypeId !== row.eventTypeId) continue
    const body = { triggerEvent: trigger, createdAt: new Date(now).toISOString(), payload }
    const text =
      hook.payloadTemplate === null
        ? JSON.stringify(body)
        : filled(hook.payloadTemplate, { ...body, ...payload, triggerEvent: trigger })
    enqueue(world, {
      provider: 'calcom',
      subscription: hook.id,
      client: hook.client,
      account: hook.user,
      event: trigger,
      url: hook.url,
      contentType: isJson(text) ? 'application/json' : 'application/x-www-form-urlencoded',
      body: text,
      until: null,
    })
  }
}

function payloadOf(world: World, trigger: CalcomMessage, row: BookingRow, about: About): Record<string, unknown> {
  const { bookings } = world.state.calcom
  const found = eventTypeById(world, row.eventTypeId)
  const host = findAccount(world.state.accounts, 'calcom', row.host)
  const zone = host?.timeZone ?? 'UTC'
  const { attendees = row.attendees } = about
  // Seen so: "Z" in messages about a new booking, "+00:00" in those about a cancelled one.
  const time = (at: number): string => {
    const iso = new Date(at).toISOString()
    return trigger === 'BOOKING_CANCELLED' ? iso.replace(/\.000Z$/, '+00:00') : iso.replace(/\.000Z$/, 'Z')
  }
  const from = about.from ?? (row.rescheduledFrom === null ? undefined : bookings[row.rescheduledFrom])
  return {
    title: titleOf(world, row),
    type: found?.eventType.slug ?? '',
    description: '',
    startTime: time(row.startsAt),
    endTime: time(row.endsAt),
    organizer: {
      id: Number(row.host),
      name: host?.name ?? '',
      email: host?.email ?? '',
      username: found?.host.username ?? '',
      timeZone: zone,
      language: { locale: 'en' },
      utcOffset: offsetAt(zone, row.startsAt) / 60_000,
    },
    attendees: attendees.map(({ name, email, timeZone, language }) => ({
      name,
      email,
      timeZone,
      language: { locale: language },
      utcOffset: offsetAt(timeZone, row.startsAt) / 60_000,
    })),
    seatsPerTimeSlot: found && seatsOf(found.eventType),
    ...seatOf(world, attendees),
    ...answersOf(row, attendees[0]),
    location: locationOf(world, row),
    destinationCalendar: null,
    iCalUID: `${row.icsUid}@Cal.com`,
    iCalSequence: from === undefined ? 0 : 1,
    uid: row.uid,
    bookingId: row.id,
    eventTypeId: row.eventTypeId,
    eventTitle: found?.eventType.title ?? '',
    eventDescription: '',
    price: 0,
    currency: 'usd',
    length: (row.endsAt - row.startsAt) / 60_000,
    requiresConfirmation: found === null ? false : requiresConfirmation(found.eventType),
    metadata: attendees[0]?.seat?.metadata ?? row.metadata,
    status: trigger === 'BOOKING_CANCELLED' ? 'CANCELLED' : row.status.toUpperCase(),
    organizationId: found?.host.organizationId ?? null,
    ...endOf(trigger, row, about),
    ...(trigger === 'BOOKING_RESCHEDULED' && from !== undefined
      ? {
          rescheduleUid: from.uid,
          rescheduleId: from.id,
          rescheduleStartTime: time(from.startsAt),
          rescheduleEndTime: time(from.endsAt),
        }
      : {}),
  }
}

/** The seat that the message is about. */
function seatOf({ state }: World, attendees: readonly AttendeeRow[]): Record<string, unknown> {
  const [only, ...others] = attendees
  if (!only?.seat || others.length > 0 || !state.switches.calcomSeatInWebhooks) return {}
  return { attendeeSeatId: only.seat.uid }
}

/** The answers of the one who booked, or whose seat it is. */
function answersOf(row: BookingRow, attendee: AttendeeRow | undefined): Record<string, unknown> {
  const given = Object.entries(attendee?.seat?.responses ?? row.responses)
  const own = Object.fromEntries(given.map(([slug, value]) => [slug, { label: slug, value, isHidden: false }]))
  const responses = {
    name: { label: 'your_name', value: attendee?.name ?? '' },
    email: { label: 'email_address', value: attendee?.email ?? '' },
    ...own,
  }
  return { responses, userFieldsResponses: own }
}

function endOf(trigger: CalcomMessage, row: BookingRow, about: About): Record<string, unknown> {
  if (trigger === 'BOOKING_REJECTED') return { rejectionReason: row.rejectionReason ?? '' }
  if (trigger !== 'BOOKING_CANCELLED') return {}
  const { reason = row.cancellationReason, by = row.cancelledBy, toReschedule = false } = about
  return { cancellationReason: reason ?? '', cancelledBy: by, requestReschedule: toReschedule }
}

/** Fills in `{{name}}` and `{{organizer.name}}`; of the template language nothing else is understood here. */
function filled(template: string, values: Record<string, unknown>): string {
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    let value: unknown = values
    for (const part of path.split('.')) {
      const known = typeof value === 'object' && value !== null && Object.hasOwn(value, part)
      value = known ? (value as Record<string, unknown>)[part] : undefined
    }
    return value === undefined || value === null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
