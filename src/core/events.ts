// What Punctual tells the host application. Events name things by id and carry no secret.

import type { ErrorCode, ErrorReasons, OpenCode } from './errors.ts'
import type { GrantEnd } from './grant.ts'
import type { Client } from './provider.ts'

interface OfConnection {
  readonly connection: string
  readonly owner: string
  readonly client: string
}

/**
 * What failed where there is no code of an error. `deliver_to_failed`: an event was not acknowledged. `listener_failed`: a
 * function given to `punctual.on`. `body_read_before`: a parser has read a webhook's body.
 */
export type FaultCode =
  | 'deliver_to_failed'
  | 'listener_failed'
  | 'journal_unwritable'
  | 'body_read_before'
  | 'unexpected'

/**
 * The codes of a fault whose reason may be somebody else's word: the code or the name of a foreign error, such as
 * `ECONNREFUSED`, an SQLSTATE or `TypeError`.
 */
type OpenFault = OpenCode | FaultCode | 'provider_unavailable'

/** Something that failed, though no caller may see it. A `switch` on `code` narrows `reason`. */
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

/** Why an attempt to connect ended without a connection: the reason of the error, or its code where it has none. */
export type AttemptEnd =
  | ErrorReasons['attempt_refused' | 'provider_unavailable']
  | 'account_mismatch'
  /** Where the client is refused: what the provider says of it. */
  | ErrorReasons['client_misconfigured']

/** Why a delivery of a provider was refused. */
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

/** Why a subscription cannot be had. */
export type WebhookFailure =
  | ErrorReasons['provider_refused' | 'insufficient_scope']
  | 'provider_refused'
  | 'insufficient_scope'

/** A change in the life of a connection, a client or the provider's reachability. */
export type PunctualEvent = { readonly at: Date } & (
  | ({ readonly type: 'connection.created' } & OfConnection)
  | ({ readonly type: 'connection.recovered' } & OfConnection)
  | ({ readonly type: 'connection.needs_reconnect'; readonly reason: GrantEnd } & OfConnection)
  /** `revoked`: whether a token was revoked. `deliverTo` gets the same event without it, written before the revocation. */
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
  /** The answer to the exchange of a code is in the journal: the store could not take it. */
  | { readonly type: 'attempt.journaled'; readonly client: string; readonly durable: boolean }
  /** `reason`: what the provider says of the client. */
  | { readonly type: 'client.misconfigured'; readonly client: string; readonly reason: string }
  | { readonly type: 'client.recovered'; readonly client: string }
  | {
      readonly type: 'provider.unavailable'
      readonly client: string
      readonly reason: ErrorReasons['provider_unavailable']
    }
  | { readonly type: 'attempt.refused'; readonly client: string; readonly reason: AttemptEnd }
  /** A delivery was verified and lies in the outbox. */
  | ({ readonly type: 'webhook.received'; readonly name: string } & OfConnection)
  /** A delivery was not taken: `bad_signature`, `another_account`, `too_old` and so on. `connection`: whose address it came to. */
  | {
      readonly type: 'webhook.refused'
      readonly client: string
      readonly connection: string | null
      readonly reason: WebhookRefusal
    }
  /** A subscription had been `disabled`, was `gone` or `different`, or belonged to `another_account`: there is a new one. */
  | ({
      readonly type: 'webhook.renewed'
      readonly subscription: string
      readonly reason: WebhookRenewalReason
    } & OfConnection)
  /** The provider refuses what a subscription needs. It is tried again every few hours. */
  | ({
      readonly type: 'webhook.failing'
      readonly subscription: string
      readonly reason: WebhookFailure
    } & OfConnection)
  /** An event that nobody has acknowledged for a day: `events.replay` hands it over again. */
  | {
      readonly type: 'event.dead'
      readonly event: string
      /** The type of that event. */
      readonly of: string
      readonly client: string
      readonly connection: string | null
      /** What went wrong the last time. */
      readonly error: string
    }
  /** Something failed that no caller may see. The same is told once an hour, or again once it has worked in between. */
  | ({ readonly type: 'fault' } & Fault)
)

/**
 * An event as it is handed to the host application (`deliverTo`), again and again until it is acknowledged. Those of one
 * connection come in order, and so do the deliveries about one booking.
 */
export type DeliveredEvent<Clients extends Client = Client> = {
  /** The same each time it is handed over. */
  readonly id: string
  readonly at: Date
  /** 1 the first time. */
  readonly dispatch: number
} & (
  | ({ readonly type: 'connection.created' | 'connection.recovered' | 'connection.disconnected' } & OfConnection)
  | ({ readonly type: 'connection.renewed'; readonly generation: number } & OfConnection)
  | ({ readonly type: 'connection.needs_reconnect'; readonly reason: GrantEnd } & OfConnection)
  /** `reason`: what the provider says of the client. */
  | { readonly type: 'client.misconfigured'; readonly client: string; readonly reason: string }
  | { readonly type: 'client.recovered'; readonly client: string }
  | WebhookEvent<Clients>
)

/**
 * A provider's webhook, verified. Where the clients are known to the compiler, `name` (or `client` and `name`) tells what
 * `body` is.
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
          /** Whether a later one about the same booking has been acknowledged before. */
          readonly outOfOrder: boolean
          /** What the provider sent, parsed. Its shape is what the provider documents; it is not checked. */
          readonly body: Bodies[Name]
        }
      }[keyof Bodies & string]
    : never

/** The events that can be subscribed to, in the words of the clients' providers. */
export type WebhookName<Clients extends Client = Client> =
  Clients extends Client<string, infer Bodies> ? keyof Bodies & string : never

/** Every type of {@link DeliveredEvent}. */
export type DeliveredType = DeliveredEvent['type']

/** The types that a change of ours announces, in the order in which a connection's life has them. */
export const announcedTypes: readonly Exclude<DeliveredType, 'webhook.received'>[] = Object.freeze([
  'connection.created',
  'connection.renewed',
  'connection.needs_reconnect',
  'connection.recovered',
  'connection.disconnected',
  'client.misconfigured',
  'client.recovered',
] as const)

/** Every type there is. */
export const deliveredTypes: readonly DeliveredType[] = Object.freeze([...announcedTypes, 'webhook.received' as const])

/** One dispatch of one event. */
export interface Delivery {
  /**
   * Resolves once it is recorded that the event has been taken: it is never handed over again then, whatever happens.
   * To return without an error acknowledges too.
   */
  acknowledge(): Promise<void>
  /** Aborted when the time for this handing over is up: 30 seconds. The event will come again then. */
  readonly signal: AbortSignal
}

/** Takes what the host application must not miss. An event that it fails with comes again, for a day. */
export type DeliveryHandler<Clients extends Client = Client> = (
  event: DeliveredEvent<Clients>,
  delivery: Delivery,
) => void | Promise<void>

/** Hears events. One that throws or rejects ends nothing: it is told of as a `fault`. */
export type Listener = (event: PunctualEvent) => void
