// What can be booked, and when: the scheduling model's own objects.

import type {
  EventType,
  EventTypeLimits,
  EventTypeOwner,
  Hold,
  Location,
  Money,
  Question,
  Recurrence,
  Slot,
} from '../../../core/scheduling/model.ts'
import { named, z } from '../request/zod.ts'
import {
  flag,
  flagOrNull,
  instant,
  numberOrNull,
  openWord,
  part,
  raw,
  shape,
  text,
  textOrNull,
  whole,
} from './common.ts'

const place = <Kind extends string, Members extends z.core.$ZodLooseShape>(kind: Kind, members: Members) =>
  z.object({ kind: z.literal(kind), ...members })

export const locationSchema: z.ZodType<Location> = z
  .discriminatedUnion('kind', [
    place('in_person', { address: textOrNull }),
    place('attendee_place', { address: textOrNull }),
    place('host_calls', { phone: textOrNull }),
    place('attendee_calls', { phone: textOrNull }),
    place('video', { service: openWord('zoom', 'google_meet', 'teams', 'webex', 'gotomeeting', 'cal_video') }),
    place('link', { url: text }),
    place('attendee_decides', { text: textOrNull }),
    place('text', { text }),
    place('unknown', { raw }),
  ])
  .meta(named('Location', { description: 'Where a meeting takes place.' })) as unknown as z.ZodType<Location>

const questionSchema = shape<Question>('Question', {
  key: text.meta({ description: 'The name of its answer in answers.' }),
  label: text,
  type: openWord(
    'text',
    'long_text',
    'phone',
    'email',
    'number',
    'boolean',
    'url',
    'address',
    'one_of',
    'some_of',
    'emails',
  ),
  required: flag,
  options: z
    .array(z.string())
    .nullable()
    .meta({ description: 'The answers to choose from, for one_of and some_of; otherwise null.' }),
  allowsOther: flag.meta({ description: 'Whether an answer beside options is accepted.' }),
})

export const eventTypeSchema: z.ZodType<EventType> = shape<EventType>('EventType', {
  id: text.meta({ description: 'The provider’s id. In a path it is percent-encoded.' }),
  name: text,
  slug: textOrNull,
  description: textOrNull,
  active: flag.meta({ description: 'Whether it can be booked.' }),
  hidden: flag.meta({ description: 'Whether it is left out of the owner’s public page.' }),
  bookingUrl: textOrNull,
  durations: z.array(z.number()).meta({ description: 'Minutes; the first is the default.' }),
  owner: part<EventTypeOwner>({
    kind: openWord('person', 'team', 'organization'),
    id: textOrNull,
    name: textOrNull,
  }),
  assignment: openWord('one', 'round_robin', 'collective', 'managed'),
  locations: z.array(locationSchema),
  questions: z.array(questionSchema),
  capacity: numberOrNull.meta({ description: 'The attendees that one slot can take; null: not known.' }),
  needsApproval: flagOrNull.meta({ description: 'Whether the host confirms each booking. null: not known.' }),
  recurrence: part<Recurrence>({
    frequency: openWord('daily', 'weekly', 'monthly', 'yearly'),
    interval: z.number(),
    occurrences: numberOrNull,
  }).nullable(),
  price: part<Money>({
    amount: z.number().meta({ description: 'In the smallest unit of the currency, such as cents.' }),
    currency: text.meta({ description: 'ISO 4217, upper case.' }),
  })
    .nullable()
    .meta({ description: 'null: free, or the provider does not say.' }),
  limits: part<EventTypeLimits>({
    noticeMinutes: numberOrNull,
    bufferBeforeMinutes: numberOrNull,
    bufferAfterMinutes: numberOrNull,
  })
    .nullable()
    .meta({ description: 'How close bookings may come. null: the provider does not say.' }),
  provider: text,
  raw,
})

export const holdSchema: z.ZodType<Hold> = shape<Hold>('Hold', {
  id: text.meta({ description: 'Give it as hold when you book.' }),
  eventType: text,
  start: instant,
  end: instant,
  expiresAt: instant.meta({ description: 'When the slot is free again.' }),
})

export const slotSchema: z.ZodType<Slot> = shape<Slot>('Slot', {
  eventType: text.meta({ description: 'The id of the event type.' }),
  start: instant,
  end: instant,
  seatsLeft: whole.nullable().meta({ description: 'null: the provider does not say.' }),
  bookingUrl: textOrNull.meta({ description: 'The page of the provider on which a person books it.' }),
})
