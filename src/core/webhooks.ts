// What a provider's definition says about its webhooks: facts, and functions that call its API or read its messages.
// What is the same for every provider (secrets, comparing signatures, the order of the steps) is elsewhere.

import type { PunctualError } from './errors.ts'
import type { Secret } from './secret.ts'

/** A response of the provider's API. */
export interface WebhookAnswer {
  readonly status: number
  /** `null` if the body is not JSON. */
  readonly json: unknown
  /** What it means if it is a failure, otherwise `null`. */
  readonly failure: PunctualError | null
}

/** Calls the provider's API in the account's name; the body is sent as JSON. */
export type WebhookCall = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<WebhookAnswer>

/** The subscription that must exist at the provider. */
export interface DesiredWebhook {
  /** The address to which the provider delivers. Each subscription has its own. */
  readonly address: string
  readonly events: readonly string[]
  /** Whose events the subscription receives, in the provider's word. */
  readonly scope: string
  /** The id of the account that subscribes. */
  readonly account: string
  /** `null` if the client's key signs. */
  readonly secret: Secret | null
}

/** A subscription found at the provider. `disabled`: it sends nothing. `different`: it differs from the desired one. */
export interface FoundWebhook {
  readonly reference: string
  readonly state: 'as_desired' | 'disabled' | 'different'
}

/** What a delivery's headers claim: that one of these signatures is the HMAC-SHA256 of `prefix` and the raw body. */
export interface WebhookClaim {
  readonly signatures: readonly Uint8Array[]
  readonly prefix: string
  /** When it was signed; `null` if the provider does not sign the time. */
  readonly signedAt: number | null
}

/** One parsed message. Times are in milliseconds. */
export interface WebhookMessage {
  /** The provider's word for it. */
  readonly name: string
  /** When it happened. */
  readonly createdAt: number
  /** The account that subscribed; `null` if the message does not say. */
  readonly account: string | null
  /** The accounts that the message concerns, such as the hosts of a meeting; `null` if it does not say. */
  readonly members: readonly string[] | null
  /** Messages with the same key are dispatched in order. `null`: this message is not ordered with any other. */
  readonly orderingKey: string | null
  /** Distinguishes it from every other message of its account; `null` if only its body does. */
  readonly identity: string | null
  /** Names of messages with the same key. One of them always comes before this message. */
  readonly presupposes: readonly string[]
  /** When the object of the message, such as a booking, was created; `null` if the message does not say. */
  readonly beganAt: number | null
}

/** A provider's webhooks: facts as fields, deviations as functions. */
export interface ProviderWebhooks {
  /** Whose events a subscription can receive, in the provider's words. The first is the default: the account's own. */
  readonly scopes: readonly string[]
  /** The events about bookings that the default scope offers, for a page to subscribe to. May be empty. */
  readonly bookings: readonly string[]
  /** `client`: one key of the OAuth app signs all. `subscription`: each has a secret, which we make. */
  readonly signedBy: 'client' | 'subscription'
  /** Milliseconds after which a delivery is too old. */
  readonly toleranceMs: number
  /** Returns why that scope does not offer these events, as the end of a sentence; `null` if it does. */
  problem(events: readonly string[], scope: string): string | null
  /** Returns the OAuth scopes that subscribing needs and that `granted` does not have. */
  missingScopes(granted: readonly string[], events: readonly string[]): readonly string[]
  /**
   * Creates a subscription and returns its reference; `null` if one with that address may already exist. Throws a
   * refusal.
   */
  create(call: WebhookCall, desired: DesiredWebhook): Promise<string | null>
  /** Finds the subscription with exactly that address. */
  find(call: WebhookCall, desired: DesiredWebhook): Promise<FoundWebhook | null>
  /** Deletes a subscription. Succeeds if it no longer exists. Throws a refusal. */
  remove(call: WebhookCall, reference: string): Promise<void>
  /** Reads what the headers claim; `null` if the delivery is not signed. */
  claim(headers: Headers): WebhookClaim | null
  /** Reads a verified body; `null` if it is not a message of this provider. */
  read(body: unknown): WebhookMessage | null
}
