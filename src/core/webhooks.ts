// What a provider's definition says of its webhooks: facts, and functions that speak to its API or read its messages.
// What has to be right everywhere (secrets, comparing signatures, the order of the steps) is not in here.

import type { PunctualError } from './errors.ts'
import type { Secret } from './secret.ts'

/** An answer of the provider's API. */
export interface WebhookAnswer {
  readonly status: number
  /** `null` where the body is not JSON. */
  readonly json: unknown
  /** What it means where it says no. */
  readonly failure: PunctualError | null
}

/** Calls the provider's API in the account's name; the body is sent as JSON. */
export type WebhookCall = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<WebhookAnswer>

/** What is to stand at the provider. */
export interface DesiredWebhook {
  /** Where the deliveries go; no two subscriptions share one. */
  readonly address: string
  readonly events: readonly string[]
  /** Whose events, in the provider's word. */
  readonly scope: string
  /** The id of the account that subscribes. */
  readonly account: string
  /** `null` where the client's key signs. */
  readonly secret: Secret | null
}

/** What was found at the provider. `disabled`: it sends nothing. `different`: it is not as was wished. */
export interface FoundWebhook {
  readonly reference: string
  readonly state: 'as_desired' | 'disabled' | 'different'
}

/** What a delivery's headers claim: that one of these is the HMAC-SHA256 of `prefix` and the raw body. */
export interface WebhookClaim {
  readonly signatures: readonly Uint8Array[]
  readonly prefix: string
  /** When it was signed; `null` where the provider signs no time. */
  readonly signedAt: number | null
}

/** One message, read. Times in milliseconds. */
export interface WebhookMessage {
  /** The provider's word for it. */
  readonly name: string
  /** When it happened. */
  readonly createdAt: number
  /** In whose name the subscription was made; `null` where a message does not tell. */
  readonly account: string | null
  /** The accounts whose own thing it is about; `null` where a message does not tell. */
  readonly members: readonly string[] | null
  /** The thing it is about: messages about the same one keep their order. `null`: it stands alone. */
  readonly orderingKey: string | null
  /** Tells it from every other message of its account; `null` where only its body does. */
  readonly identity: string | null
  /** Messages about the same thing, one of which comes before it. */
  readonly presupposes: readonly string[]
  /** When the thing came into being; `null` where a message does not tell. */
  readonly beganAt: number | null
}

/** A provider's webhooks: facts as fields, deviations as functions. */
export interface ProviderWebhooks {
  /** Whose events can be had, in the provider's words. The first is the default: the account's own. */
  readonly scopes: readonly string[]
  /** The events that tell of bookings, to be had with the default scope: what a page offers to hear of. May be empty. */
  readonly bookings: readonly string[]
  /** `client`: one key of the OAuth app signs all. `subscription`: each has a secret, which we make. */
  readonly signedBy: 'client' | 'subscription'
  /** Milliseconds after which a delivery is too old. */
  readonly toleranceMs: number
  /** Why these events cannot be had with that scope, as the end of a sentence; `null` when they can. */
  problem(events: readonly string[], scope: string): string | null
  /** The OAuth scopes that subscribing takes and `granted` does not hold. */
  missingScopes(granted: readonly string[], events: readonly string[]): readonly string[]
  /** Creates it, and answers its reference; `null` when one of that address may stand already. Throws the refusal. */
  create(call: WebhookCall, wish: DesiredWebhook): Promise<string | null>
  /** Looks for the one of exactly that address. */
  find(call: WebhookCall, wish: DesiredWebhook): Promise<FoundWebhook | null>
  /** Deletes it; one that is gone is as good. Throws the refusal. */
  remove(call: WebhookCall, reference: string): Promise<void>
  /** `null`: the delivery is not signed. */
  claim(headers: Headers): WebhookClaim | null
  /** Reads a body that has been verified; `null` when it is no message of this provider. */
  read(body: unknown): WebhookMessage | null
}
