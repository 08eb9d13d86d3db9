// The events that Punctual reports to the host application. They name things by id and carry no secret.

import type { ErrorCode, ErrorReasons, OpenCode } from './errors.ts'
import type { GrantEnd } from './grant.ts'
import type { Client } from './provider.ts'
import type { Booking } from './scheduling/model.ts'
import { type BookingEventType, bookingEventTypes } from './scheduling/provider.ts'

interface OfConnection {
  readonly connection: string
  readonly owner: string
  readonly client: string
}

/**
 * What failed, for a fault without an {@link ErrorCode}. `deliver_to_failed`: an event was not acknowledged.
 * `listener_failed`: a function given to `punctual.on` or as `measure` failed. `body_read_before`: a parser has already read a
 * webhook's body.
 */
export type FaultCode =
  | 'deliver_to_failed'
  | 'listener_failed'
  | 'journal_unwritable'
  | 'escrow_unwritable'
  | 'store_went_back'
  | 'body_read_before'
  | 'unexpected'

/**
 * The codes of a fault whose reason may come from outside: the code or the name of a foreign error, such as
 * `ECONNREFUSED`, an SQLSTATE or `TypeError`.
 */
type OpenFault = OpenCode | FaultCode | 'provider_unavailable'

/** A failure that no caller may see. A `switch` on `code` narrows `reason`. */
export type Fault = {
  readonly [Code in ErrorCode | FaultCode]: {
    readonly code: Code
    /** A word that says more than the code. */
    readonly reason:
      | (Code extends ErrorCode ? ErrorReasons[Code] : never)
      | (Code extends OpenFault ? string & {} : never)
      | null
    /** What is wrong and what to do, as a sentence for a person. */
    readonly message: string
  }
}[ErrorCode | FaultCode]

/**
 * Why an authorization attempt ended without a connection: the reason of its error, or the code if it has no reason.
 */
export type AttemptEnd =
  | ErrorReasons['attempt_refused' | 'provider_unavailable']
  | 'account_mismatch'
  /** The provider refuses the client. This is what it says about it. */
  | ErrorReasons['client_misconfigured']

/** Why a provider's delivery was refused. */
export type WebhookRefusal =
  | 'body_read_before'
  | 'too_long'
  | 'incomplete'
  | 'no_secret'
  | 'not_signed'
  | 'bad_signature'
  | 'another_account'
  | 'too_old'
  | 'in_the_future'
  | 'malformed'
  | 'unknown_shape'
  | 'not_subscribed'

/** Why a subscription was replaced by a new one. */
export type WebhookRenewalReason = 'disabled' | 'different' | 'gone' | 'another_account'

/** Why a subscription cannot be created. */
export type WebhookFailure =
  | ErrorReasons['provider_refused' | 'insufficient_scope']
  | 'provider_refused'
  | 'insufficient_scope'

/** A change in the life of a connection, a client or the provider's reachability. */
export type PunctualEvent = { readonly at: Date } & (
  | ({ readonly type: 'connection.created' } & OfConnection)
  | ({ readonly type: 'connection.recovered' } & OfConnection)
  | ({ readonly type: 'connection.needs_reconnect'; readonly reason: GrantEnd } & OfConnection)
  /**
   * `revoked`: whether a token was revoked. `deliverTo` gets the event without this field: it is written before the
   * revocation.
   */
  | ({ readonly type: 'connection.disconnected'; readonly revoked: boolean } & OfConnection)
  | ({ readonly type: 'connection.renewed'; readonly generation: number } & OfConnection)
  | { readonly type: 'grant.renewed'; readonly grant: string; readonly client: string; readonly generation: number }
  | {
      readonly type: 'grant.journaled'
      readonly grant: string
      readonly client: string
      readonly generation: number
      readonly durable: boolean
    }
  /** A code was exchanged. The answer is in the journal, because the store could not accept it. */
  | { readonly type: 'attempt.journaled'; readonly client: string; readonly durable: boolean }
  /** `reason`: what the provider says about the client. */
  | { readonly type: 'client.misconfigured'; readonly client: string; readonly reason: string }
  | { readonly type: 'client.recovered'; readonly client: string }
  | {
      readonly type: 'provider.unavailable'
      readonly client: string
      readonly reason: ErrorReasons['provider_unavailable']
    }
  /** `owner`: who began it. */
  | {
      readonly type: 'attempt.refused'
      readonly client: string
      readonly owner: string
      readonly reason: AttemptEnd
    }
  /** A delivery was verified and is in the outbox. */
  | ({ readonly type: 'webhook.received'; readonly name: string } & OfConnection)
  /**
   * A delivery was refused: `bad_signature`, `another_account`, `too_old` and so on. `connection`: whose address
   * received it.
   */
  | {
      readonly type: 'webhook.refused'
      readonly client: string
      readonly connection: string | null
      readonly reason: WebhookRefusal
    }
  /**
   * A new subscription replaces one that was `disabled`, `gone` or `different`, or that belonged to `another_account`.
   */
  | ({
      readonly type: 'webhook.renewed'
      readonly subscription: string
      readonly reason: WebhookRenewalReason
    } & OfConnection)
  /** The provider refuses what a subscription needs. Punctual tries again every few hours. */
  | ({
      readonly type: 'webhook.failing'
      readonly subscription: string
      readonly reason: WebhookFailure
    } & OfConnection)
  /** An event was not acknowledged for a day. `events.replay` dispatches it again. */
  | {
      readonly type: 'event.dead'
      readonly event: string
      /** The name of the destination in `deliverTo`; '' if it is the only one. */
      readonly destination: string
      /** The type of that event. */
      readonly of: string
      readonly client: string
      readonly connection: string | null
      /** What went wrong the last time. */
      readonly error: string
    }
  /** A failure that no caller may see. The same one is reported once an hour, or sooner if it has worked in between. */
  | ({ readonly type: 'fault' } & Fault)
)

/**
 * An event as it is dispatched to the host application (`deliverTo`). It is dispatched again until it is acknowledged.
 * The events of one connection come in order, and so do the deliveries about one booking.
 */
export type DeliveredEvent<Clients extends Client = Client> = {
  /** The same in each dispatch. */
  readonly id: string
  readonly at: Date
  /** Counts the dispatches of this event, from 1. */
  readonly dispatch: number
} & (
  | ({ readonly type: 'connection.created' | 'connection.recovered' | 'connection.disconnected' } & OfConnection)
  | ({ readonly type: 'connection.renewed'; readonly generation: number } & OfConnection)
  | ({ readonly type: 'connection.needs_reconnect'; readonly reason: GrantEnd } & OfConnection)
  /** `reason`: what the provider says about the client. */
  | { readonly type: 'client.misconfigured'; readonly client: string; readonly reason: string }
  | { readonly type: 'client.recovered'; readonly client: string }
  | BookingEvent
  | WebhookEvent<Clients>
)

/**
 * A change of a booking, in one shape for all providers. It comes beside the provider's own webhook, once for each
 * change. Its `id` is the same for the same change. Events of one chain come in order.
 */
export interface BookingEvent extends OfConnection {
  readonly type: BookingEventType
  /** When it happened, as the provider says. */
  readonly occurredAt: Date | null
  /** Whether a later event of the same chain has already been acknowledged. */
  readonly outOfOrder: boolean
  /** Its status, times, cancellation and no-shows are those of the change; the rest may be newer. */
  readonly booking: Booking
  /**
   * Whether `booking` is whole. `false`: the webhook did not tell everything, and it could not be read in time. What is
   * missing is then `null` or empty. `start` and `end` are empty texts if even the webhook could not be read.
   */
  readonly complete: boolean
}

/**
 * A provider's webhook, verified. If the compiler knows the clients, `name` (or `client` and `name`) narrows the type
 * of `body`.
 */
export type WebhookEvent<Clients extends Client = Client> =
  Clients extends Client<string, infer Bodies>
    ? {
        readonly [Name in keyof Bodies & string]: Omit<OfConnection, 'client'> & {
          readonly type: 'webhook.received'
          readonly client: Clients['id']
          /** The provider's word for it, such as `invitee.created` or `BOOKING_CREATED`. */
          readonly name: Name
          /** When it happened, as the provider says. */
          readonly createdAt: Date | null
          /** Whether a later webhook about the same booking has already been acknowledged. */
          readonly outOfOrder: boolean
          /** What the provider sent, parsed. Its type is what the provider documents. Punctual does not check it. */
          readonly body: Bodies[Name]
        }
      }[keyof Bodies & string]
    : never

/** The events to which one can subscribe, in the words of the clients' providers. */
export type WebhookName<Clients extends Client = Client> =
  Clients extends Client<string, infer Bodies> ? keyof Bodies & string : never

/** Every type of {@link DeliveredEvent}. */
export type DeliveredType = DeliveredEvent['type']

/** The types of the events that report our own changes, in the order of a connection's life. */
export const announcedTypes: readonly Exclude<DeliveredType, 'webhook.received' | BookingEventType>[] = Object.freeze([
  'connection.created',
  'connection.renewed',
  'connection.needs_reconnect',
  'connection.recovered',
  'connection.disconnected',
  'client.misconfigured',
  'client.recovered',
] as const)

/** All types. */
export const deliveredTypes: readonly DeliveredType[] = Object.freeze([
  ...announcedTypes,
  ...bookingEventTypes,
  'webhook.received' as const,
])

/** One dispatch of one event. */
export interface Delivery {
  /**
   * Acknowledges the event. Once this resolves, the event is never dispatched again. Returning without an error
   * acknowledges it too.
   */
  acknowledge(): Promise<void>
  /** Aborts 30 seconds after the dispatch has begun. The event is then dispatched again later. */
  readonly signal: AbortSignal
}

/** Receives what the host application must not miss. If it fails, the event is dispatched again, for a day. */
export type DeliveryHandler<Clients extends Client = Client> = (
  event: DeliveredEvent<Clients>,
  delivery: Delivery,
) => void | Promise<void>

/** Receives events. If it throws or rejects, that is reported as a `fault`, and everything else continues. */
export type Listener = (event: PunctualEvent) => void
