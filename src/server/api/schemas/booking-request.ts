// What the changing verbs of the scheduling model take. Whether an event type accepts a request is for the model to say.

import { text } from '../../../core/check.ts'
import type { AttendeeRequest, BookingRequest, LocationChoice } from '../../../core/scheduling/requests.ts'
import { email, telephone } from '../../../scheduling/checks.ts'
import { timeZone } from '../../../scheduling/time-zones.ts'
import { named, z } from '../request/zod.ts'
import { answerValueSchema } from './booking.ts'
import { checkedText, givenInstant } from './common.ts'

const start = givenInstant.meta({
  description: 'An instant with its offset from UTC: the start of one of the slots.',
})

const attendeeRequestSchema: z.ZodType<AttendeeRequest> = z.strictObject({
  name: checkedText(text),
  email: checkedText(email).optional().meta({ description: 'Needed by most providers and event types.' }),
  phone: checkedText(telephone).optional().meta({ description: 'With its country code, such as +33123456789.' }),
  timeZone: checkedText(timeZone).meta({ description: 'IANA name, such as Europe/Paris.' }),
  locale: z.string().optional().meta({ description: 'BCP 47, such as de.' }),
})

const choice = <Kind extends string, Members extends z.core.$ZodLooseShape>(kind: Kind, members: Members) =>
  z.strictObject({ kind: z.literal(kind), ...members })

const locationChoiceSchema = z.discriminatedUnion('kind', [
  choice('in_person', { address: z.string().optional() }),
  choice('attendee_place', { address: z.string() }),
  choice('host_calls', { phone: z.string().optional() }),
  choice('attendee_calls', {}),
  choice('video', { service: z.string().optional() }),
  choice('link', {}),
  choice('attendee_decides', { text: z.string() }),
  choice('text', { text: z.string().optional() }),
]) as unknown as z.ZodType<LocationChoice>

const reason = checkedText(text).optional()

const utmText = z.string().nullable().optional()

/** As the model's own request, with ids instead of objects. */
export interface BookingBody extends Omit<BookingRequest, 'eventType' | 'hold' | 'start'> {
  readonly eventType: string
  readonly start: string
  readonly hold?: string
}

export const bookingBodySchema: z.ZodType<BookingBody> = z
  .strictObject({
    eventType: z.string().meta({ description: 'The id of an event type.' }),
    start,
    attendee: attendeeRequestSchema.meta({ description: 'Who comes to the meeting.' }),
    guests: z.array(checkedText(email)).max(100).optional().meta({ description: 'E-mail addresses.' }),
    location: locationChoiceSchema.optional().meta(
      named('LocationChoice', {
        description: 'One of the locations of the event type. Default: its own, if it has one.',
      }),
    ),
    answers: z
      .record(z.string(), answerValueSchema)
      .optional()
      .meta({ description: 'By the key of the questions of the event type. Each required question needs one.' }),
    reference: z.string().optional().meta({ description: 'Your own word for this booking.' }),
    utm: z
      .strictObject({ source: utmText, medium: utmText, campaign: utmText, content: utmText, term: utmText })
      .optional()
      .meta({ description: 'Where the attendee came from.' }),
    metadata: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Texts of your own that the provider keeps.' }),
    durationMinutes: z
      .int()
      .min(1)
      .max(1440)
      .optional()
      .meta({ description: 'One of the durations of the event type.' }),
    hold: z.string().optional().meta({ description: 'The id of a hold of this slot.' }),
  })
  .meta(named('BookingRequest')) as unknown as z.ZodType<BookingBody>

export const rescheduleBodySchema: z.ZodType<{ start: string; allow?: 'rebook'; reason?: string }> = z
  .strictObject({
    start,
    allow: z
      .enum(['rebook'])
      .optional()
      .meta({ description: 'Where the provider cannot move a booking, book again and cancel the old one.' }),
    reason: reason.meta({ description: 'Told to the attendee, where the provider does that.' }),
  })
  .meta(named('RescheduleRequest')) as unknown as z.ZodType<{ start: string; allow?: 'rebook'; reason?: string }>

export const cancelBodySchema: z.ZodType<{ reason?: string; attendee?: string; following?: boolean }> = z
  .strictObject({
    reason: reason.meta({ description: 'Told to the attendee, where the provider does that.' }),
    attendee: z
      .string()
      .optional()
      .meta({ description: 'Cancels for this one of several attendees: the id or the e-mail address.' }),
    following: z.boolean().optional().meta({ description: 'Cancels the later bookings of the series too.' }),
  })
  .meta(named('CancelRequest')) as unknown as z.ZodType<{ reason?: string; attendee?: string; following?: boolean }>

/** Who did not come: one attendee, or the host. */
export interface NoShowBody {
  readonly attendee?: string
  readonly host?: true
  readonly absent?: boolean
}

export const noShowBodySchema: z.ZodType<NoShowBody> = z
  .strictObject({
    attendee: z.string().optional().meta({ description: 'The id or the e-mail address of an attendee.' }),
    host: z.literal(true).optional().meta({ description: 'true instead of an attendee: the host did not come.' }),
    absent: z.boolean().optional().meta({ description: 'false takes the mark away. Default true.' }),
  })
  .refine(({ attendee, host }) => (attendee === undefined) !== (host === undefined), {
    error: 'must have either attendee or host',
  })
  .meta(named('NoShowRequest')) as unknown as z.ZodType<NoShowBody>

const keySentence =
  'is missing. Give a name of your own for this change, 1 to 255 characters, and send the same one with each retry'

/** The key that makes a change happen once. The draft of the header writes it in quotes; both forms are the same key. */
export const keyHeaderSchema: z.ZodType<{ 'Idempotency-Key': string }> = z.object({
  'Idempotency-Key': z
    .string({ error: keySentence })
    .transform((given) => /^"(.*)"$/.exec(given)?.[1] ?? given)
    .refine((given) => given.length >= 1 && given.length <= 255, { error: 'must have 1 to 255 characters' })
    .meta({
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description:
        'Your own name for this change. The same key with the same body gives what came of it, for 30 days; with another body, 422.',
      example: 'order-1042-booking' as never,
    }),
})

/** A slot to keep: the members of one of the slots that matter, and for how long. */
export interface HoldBody {
  readonly eventType: string
  readonly start: string
  readonly end?: string
  readonly forMs?: number
}

export const holdBodySchema: z.ZodType<HoldBody> = z
  .strictObject({
    eventType: z.string().meta({ description: 'The id of an event type.' }),
    start,
    end: givenInstant.optional().meta({ description: 'Where it is longer than the event type’s default duration.' }),
    forMs: z
      .int()
      .min(60_000)
      .max(86_400_000)
      .optional()
      .meta({ description: 'Milliseconds, rounded up to whole minutes. Default: the provider’s.' }),
  })
  .meta(named('HoldRequest')) as unknown as z.ZodType<HoldBody>
