// An event as it is delivered, and a subscription at a provider.

import type { BookingEvent, DeliveredEvent } from '../../../core/events.ts'
import { bookingEventTypes } from '../../../core/scheduling/provider.ts'
import type { WebhookSubscription } from '../request/host.ts'
import { named, z } from '../request/zod.ts'
import { bookingSchema } from './booking.ts'
import { instant, instantOrNull, shape, text, textOrNull } from './common.ts'

/** A value of ours as JSON writes it. */
type Written<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Written<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Written<Value[Name]> }
      : Value

export type ShownEvent = Written<Exclude<DeliveredEvent, BookingEvent>> | ShownBookingEvent

type ShownBookingEvent = Omit<Extract<DeliveredEvent, BookingEvent>, 'at' | 'occurredAt'> & {
  readonly at: string
  readonly occurredAt: string | null
}

const everyEvent = {
  id: text.meta({ description: 'The same in each dispatch.' }),
  at: instant,
  dispatch: z.int().meta({ description: 'Counts the dispatches of this event to a handler; 1 in the feed.' }),
}
const ofConnection = { connection: text, owner: text, client: text }

/** Each kind of event, by its types: the members that it has beside those of every event. */
const kinds = [
  { type: z.enum(['connection.created', 'connection.recovered', 'connection.disconnected']), members: ofConnection },
  { type: z.literal('connection.renewed'), members: { ...ofConnection, generation: z.int() } },
  {
    type: z.literal('connection.needs_reconnect'),
    members: { ...ofConnection, reason: z.enum(['refused', 'outcome_unknown', 'no_refresh_token']) },
  },
  { type: z.literal('client.misconfigured'), members: { client: text, reason: text } },
  { type: z.literal('client.recovered'), members: { client: text } },
  {
    type: z.enum(bookingEventTypes),
    members: {
      ...ofConnection,
      occurredAt: instantOrNull,
      outOfOrder: z.boolean(),
      booking: bookingSchema,
      complete: z.boolean().meta({ description: 'false: what could not be read in time is null or empty.' }),
    },
  },
  {
    type: z.literal('webhook.received'),
    members: {
      ...ofConnection,
      name: text.meta({ description: 'The provider’s word for it.' }),
      createdAt: instantOrNull,
      outOfOrder: z.boolean(),
      body: z.unknown().meta({ description: 'What the provider sent.' }),
    },
  },
] as const

type OneOf = readonly [z.ZodObject, ...z.ZodObject[]]

/** By its type: the life of a connection or a client, a change of a booking, or a provider’s own webhook. */
export const eventSchema: z.ZodType<ShownEvent> = z
  .discriminatedUnion(
    'type',
    kinds.map(({ type, members }) => z.object({ ...everyEvent, type, ...members })) as unknown as OneOf,
  )
  .meta(named('Event')) as unknown as z.ZodType<ShownEvent>

/** The same as it is posted: its id is a header, and its own members are in `data`. */
export const postedEventSchema: z.ZodType<unknown> = z
  .discriminatedUnion(
    'type',
    kinds.map(({ type, members }) =>
      z.object({ type, timestamp: instant, data: z.object(members) }),
    ) as unknown as OneOf,
  )
  .meta(named('PostedEvent'))

export type ShownSubscription = Omit<WebhookSubscription, 'createdAt'> & { readonly createdAt: string }

export const subscriptionSchema: z.ZodType<ShownSubscription> = shape<ShownSubscription>('WebhookSubscription', {
  id: text,
  connection: text,
  client: text,
  events: z.array(z.string()).meta({ description: 'The provider’s words, sorted.' }),
  scope: text.meta({ description: 'Whose events, in the provider’s word.' }),
  state: z.enum(['creating', 'active', 'removing', 'removed']),
  detail: textOrNull.meta({ description: 'What went wrong last.' }),
  createdAt: instant,
})

export function shownSubscription(subscription: WebhookSubscription): ShownSubscription {
  return { ...subscription, createdAt: subscription.createdAt.toISOString() }
}
