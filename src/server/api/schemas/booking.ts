// A booking, and what came of moving one: the scheduling model's own objects.

import type { Can } from '../../../core/scheduling/capabilities.ts'
import type { Answer, Attendee, Booking, Cancellation, Host, Utm } from '../../../core/scheduling/model.ts'
import type { Rescheduled } from '../../../core/scheduling/requests.ts'
import { named, z } from '../request/zod.ts'
import {
  flag,
  flagOrNull,
  instant,
  instantOrNull,
  orNull,
  part,
  raw,
  shape,
  text,
  textOrNull,
  whole,
} from './common.ts'
import { locationSchema } from './event-type.ts'

export const answerValueSchema: z.ZodType<Answer['value']> = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string()).max(100)],
  { error: 'must be a text, a number, true or false, or a list of texts' },
)

export const statusSchema: z.ZodType<Booking['status']> = z.enum(['confirmed', 'tentative', 'cancelled'])

const hostSchema = shape<Host>('Host', {
  id: textOrNull,
  name: textOrNull,
  email: textOrNull,
  timeZone: textOrNull,
  noShow: flagOrNull.meta({ description: 'null: the provider does not say.' }),
})

const attendeeSchema = shape<Attendee>('Attendee', {
  id: text.meta({ description: 'The provider’s id, or the e-mail address where it has none.' }),
  name: textOrNull,
  email: textOrNull,
  phone: textOrNull,
  timeZone: textOrNull,
  locale: textOrNull,
  status: z.enum(['confirmed', 'cancelled']),
  noShow: flag,
  manage: part<NonNullable<Attendee['manage']>>({ cancelUrl: textOrNull, rescheduleUrl: textOrNull })
    .nullable()
    .meta({ description: 'Pages of the provider for the attendee.' }),
})

const utmSchema = part<Utm>({
  source: textOrNull,
  medium: textOrNull,
  campaign: textOrNull,
  content: textOrNull,
  term: textOrNull,
})

const cancellationSchema = part<Cancellation>({
  by: z.enum(['host', 'attendee']).nullable(),
  reason: textOrNull,
  at: instantOrNull,
  toReschedule: flag.meta({ description: 'Whether it was cancelled so that the attendee books another time.' }),
})

export const bookingSchema: z.ZodType<Booking> = shape<Booking>('Booking', {
  id: text.meta({ description: 'The provider’s id. In a path it is percent-encoded.' }),
  chain: text.meta({ description: 'Stays the same when the booking is moved, which changes id.' }),
  status: statusSchema.meta({ description: 'tentative: the host has not confirmed it yet.' }),
  declined: flag.meta({ description: 'Whether the host has declined it; its status is then cancelled.' }),
  start: instant,
  end: instant,
  previousStart: instantOrNull.meta({ description: 'The start of the booking that this one replaces.' }),
  replaces: textOrNull.meta({ description: 'The id of the booking that this one replaces.' }),
  replacedBy: textOrNull.meta({ description: 'The id of the booking that replaces this one.' }),
  eventType: textOrNull.meta({ description: 'The id of the event type.' }),
  title: textOrNull,
  hosts: z.array(hostSchema),
  attendees: z.array(attendeeSchema),
  guests: z.array(z.string()).meta({ description: 'E-mail addresses.' }),
  location: locationSchema,
  joinUrl: textOrNull.meta({ description: 'The link to join a video meeting.' }),
  answers: z.array(part<Answer>({ key: text, label: textOrNull, value: answerValueSchema })),
  reference: textOrNull.meta({ description: 'Your own word for it.' }),
  utm: utmSchema.nullable().meta({ description: 'Where the attendee came from.' }),
  metadata: z.record(z.string(), z.string()).nullable().meta({ description: 'null: the provider has none.' }),
  cancellation: cancellationSchema.nullable().meta({ description: 'null: it is not cancelled.' }),
  capacity: part<{ total: number; taken: number }>({ total: whole, taken: whole })
    .nullable()
    .meta({ description: 'The places of a group. null: the provider does not say.' }),
  createdAt: instantOrNull,
  updatedAt: instantOrNull,
  icalUid: textOrNull,
  provider: text,
  raw,
})

/** Whether something can be done. Members that do not apply are left out. */
export const canSchema: z.ZodType<Can> = z
  .discriminatedUnion('yes', [
    z.object({ yes: z.literal(true), how: z.enum(['native', 'emulated']), note: z.string().optional() }),
    z.object({
      yes: z.literal(false),
      because: z.enum(['provider', 'plan', 'scope', 'role', 'event_type', 'booking']),
      missing: z.array(z.string()).optional().meta({ description: 'For scope: the scopes that are missing.' }),
      note: z.string().optional(),
      instead: z.object({ url: z.string() }).optional(),
    }),
  ])
  .meta(named('Can', { description: 'Whether something can be done, and if not, why.' })) as unknown as z.ZodType<Can>

export const rescheduledSchema: z.ZodType<Rescheduled> = z
  .discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('moved'), booking: bookingSchema }),
    z.object({
      outcome: z.literal('attendee_has_to'),
      url: z.string().meta({ description: 'The page on which the attendee moves it.' }),
      because: canSchema,
    }),
    z.object({ outcome: z.literal('rebooked'), booking: bookingSchema, cancelled: bookingSchema, note: z.string() }),
    z.object({
      outcome: z.literal('half'),
      booking: orNull(bookingSchema),
      cancelled: orNull(bookingSchema),
      next: z.enum(['look', 'book_again']).meta({
        description:
          'look: send the same request with the same key, which goes on. book_again: the new time was not booked, and the old booking stands.',
      }),
      retryAfterMs: orNull(z.number().int()).meta({
        description: 'With look: after how many milliseconds another request can say more.',
      }),
      note: z.string(),
    }),
  ])
  .meta(
    named('Rescheduled', {
      description: 'What came of moving a booking. After half, send the same request with the same key, which goes on.',
    }),
  ) as unknown as z.ZodType<Rescheduled>
