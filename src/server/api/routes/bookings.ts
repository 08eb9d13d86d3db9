// Bookings: read, made once for each key, moved, cancelled and marked.

import { email } from '../../../scheduling/checks.ts'
import { scheduling } from '../../../scheduling/scheduling.ts'
import type { ProblemCode } from '../request/codes.ts'
import { connectionOf, type Operation, operation, readingOptions } from '../request/operation.ts'
import { named, z } from '../request/zod.ts'
import { bookingSchema, rescheduledSchema } from '../schemas/booking.ts'
import {
  bookingBodySchema,
  cancelBodySchema,
  keyHeaderSchema,
  noShowBodySchema,
  rescheduleBodySchema,
} from '../schemas/booking-request.ts'
import { checkedText, cursor, givenInstant, id, limit, nextCursor, pageOf, wordsInQuery } from '../schemas/common.ts'
import { encoded, exampleBooking, exampleConnection, exampleIds } from '../schemas/examples.ts'
import { readingErrors } from './availability.ts'
import { ofConnection } from './connections.ts'

const ofBooking = z.object({
  id: id('The id of the connection.', exampleConnection.id),
  booking: id(`The id of the booking. In the path it is percent-encoded: ${encoded.booking}`, exampleIds.booking),
})

const changingErrors: readonly ProblemCode[] = [...readingErrors, 'key_in_use', 'key_reused', 'value_unreadable']
const movedErrors: readonly ProblemCode[] = ['booking_moved', 'booking_cancelled']
/** What the library calls the key of a change. */
const keyed = { key: 'header.Idempotency-Key' }
const theBooking = { status: 200, description: 'The booking.', schema: bookingSchema, example: exampleBooking } as const

const listBookings: Operation = operation({
  id: 'listBookings',
  method: 'get',
  path: '/v1/connections/{id}/bookings',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'List bookings',
  description: 'Oldest start first, of every status unless one is named.',
  params: ofConnection,
  query: z.strictObject({
    from: givenInstant.optional().meta({ description: 'Only those that start then or later.' }),
    to: givenInstant.optional().meta({ description: 'Only those that start before then.' }),
    status: wordsInQuery(['confirmed', 'tentative', 'cancelled'], 'May be given more than once.'),
    eventType: z.string().optional().meta({ description: 'Only those of that event type.' }),
    attendee: checkedText(email)
      .optional()
      .meta({ description: 'Only those with an attendee of that e-mail address.' }),
    cursor,
    limit,
  }),
  answer: {
    status: 200,
    description: 'A page of bookings.',
    schema: z.object({ bookings: z.array(bookingSchema), cursor: nextCursor }).meta(named('Bookings')),
    example: { bookings: [exampleBooking], cursor: null },
  },
  errors: readingErrors,
  about: 'event_type',
  arguments: { 'options.from': 'query.cursor' },
  async handle({ params, query: { cursor: start, limit, ...query } }, call) {
    const calendar = scheduling(await connectionOf(call, params.id))
    const listed = calendar.bookings(query, { ...readingOptions(call), ...(start !== undefined && { from: start }) })
    const { items, cursor } = await pageOf(listed, limit)
    return { bookings: items, cursor }
  },
})

const getBooking: Operation = operation({
  id: 'getBooking',
  method: 'get',
  path: '/v1/connections/{id}/bookings/{booking}',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'Read a booking',
  params: ofBooking,
  answer: theBooking,
  errors: readingErrors,
  about: 'booking',
  arguments: { id: 'path.booking' },
  handle: async ({ params }, call) =>
    scheduling(await connectionOf(call, params.id)).booking(params.booking, readingOptions(call)),
})

// A change goes on when its client has gone away: what came of it is then there for the same key.

const book: Operation = operation({
  id: 'book',
  method: 'post',
  path: '/v1/connections/{id}/bookings',
  tag: 'Scheduling',
  scope: 'bookings:write',
  summary: 'Book a slot',
  description:
    'Once for each key: after a lost answer or a crash, the same key and body never book twice. While another process works on ' +
    'the same key, the request waits for up to 10 s, and is then refused with key_in_use (409): send it again after retryAfterMs. ' +
    'After a crash of the service that is up to a minute.',
  params: ofConnection,
  headers: keyHeaderSchema,
  body: {
    schema: bookingBodySchema,
    example: {
      eventType: exampleIds.eventType,
      start: '2026-12-01T09:00:00Z',
      attendee: { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
      answers: { topic: 'A first talk' },
      reference: 'order-1042',
    },
  },
  answer: { ...theBooking, status: 201 },
  errors: changingErrors,
  about: 'event_type',
  arguments: keyed,
  handle: async ({ params, headers, body }, call) =>
    scheduling(await connectionOf(call, params.id)).book(body, {
      caller: call.apiKey.id,
      key: headers['Idempotency-Key'],
    }),
})

const reschedule: Operation = operation({
  id: 'reschedule',
  method: 'post',
  path: '/v1/connections/{id}/bookings/{booking}/reschedule',
  tag: 'Scheduling',
  scope: 'bookings:write',
  summary: 'Move a booking',
  description:
    'Its id changes, its chain stays the same. Where only the attendee can move it, the answer has the page.',
  params: ofBooking,
  headers: keyHeaderSchema,
  body: { schema: rescheduleBodySchema, example: { start: '2026-12-02T10:00:00Z', reason: 'A train is late' } },
  answer: {
    status: 200,
    description: 'What came of it.',
    schema: rescheduledSchema,
    example: {
      outcome: 'moved',
      booking: { ...exampleBooking, id: exampleIds.movedBooking, replaces: exampleBooking.id },
    },
  },
  errors: [...changingErrors, ...movedErrors],
  about: 'booking',
  arguments: keyed,
  async handle({ params, headers, body: { start, ...options } }, call) {
    const calendar = scheduling(await connectionOf(call, params.id))
    return calendar.reschedule(
      params.booking,
      { start },
      {
        ...options,
        caller: call.apiKey.id,
        key: headers['Idempotency-Key'],
      },
    )
  },
})

const cancel: Operation = operation({
  id: 'cancel',
  method: 'post',
  path: '/v1/connections/{id}/bookings/{booking}/cancel',
  tag: 'Scheduling',
  scope: 'bookings:write',
  summary: 'Cancel a booking',
  description: 'What is cancelled stays so: a second request succeeds too.',
  params: ofBooking,
  headers: keyHeaderSchema,
  body: { schema: cancelBodySchema, example: { reason: 'The room is closed' } },
  answer: { ...theBooking, example: { ...exampleBooking, status: 'cancelled' } },
  errors: [...changingErrors, 'booking_moved'],
  about: 'booking',
  arguments: keyed,
  handle: async ({ params, headers, body }, call) =>
    scheduling(await connectionOf(call, params.id)).cancel(params.booking, {
      ...body,
      caller: call.apiKey.id,
      key: headers['Idempotency-Key'],
    }),
})

const markNoShow: Operation = operation({
  id: 'markNoShow',
  method: 'post',
  path: '/v1/connections/{id}/bookings/{booking}/no-show',
  tag: 'Scheduling',
  scope: 'bookings:write',
  summary: 'Mark who did not come',
  description: 'Marks an attendee or the host, or takes the mark away. Needs no key: it says how things shall be.',
  params: ofBooking,
  body: { schema: noShowBodySchema, example: { attendee: 'gil@guests.example' } },
  answer: theBooking,
  errors: [...readingErrors, 'booking_moved'],
  about: 'booking',
  arguments: { who: 'body' },
  async handle({ params, body: { attendee, absent } }, call) {
    const calendar = scheduling(await connectionOf(call, params.id))
    const who = attendee === undefined ? { host: true as const } : { attendee }
    return calendar.markNoShow(params.booking, who, {
      caller: call.apiKey.id,
      ...(absent !== undefined && { absent }),
    })
  },
})

export const bookings: readonly Operation[] = [listBookings, getBooking, book, reschedule, cancel, markNoShow]
