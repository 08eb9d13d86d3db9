// Turns one OAuth app's options into a client of its provider: checked, copied, frozen, its secret wrapped.

import {
  amount,
  anything,
  type Check,
  type Checks,
  checkOptions,
  ifGiven,
  list,
  name,
  optional,
  scope,
  text,
} from '../../core/check.ts'
import type { Client, Provider } from '../../core/provider.ts'
import { secret } from '../../core/secret.ts'

/** One OAuth app. */
export interface ClientOptions<Id extends string = string> {
  /** Names the client in URLs: `[a-z0-9][a-z0-9_-]*`. Default: the provider's name. */
  readonly id?: Id | undefined
  readonly clientId: string
  /** Left out: a public client. Given as `undefined`, it is taken for a setting that is missing, and refused. */
  readonly clientSecret?: string
  /** What to ask for unless an attempt asks for something else. */
  readonly scopes: readonly string[]
  /** The signing key of the app's webhooks, where the provider has one for each app; while it is being changed, both. */
  readonly webhookKeys?: readonly string[] | undefined
  /** Milliseconds after which a webhook is taken for a replay, 60 000 to 172 800 000. Default: as long as the provider may retry. */
  readonly webhookToleranceMs?: number | undefined
}

/** The checks of every client's options while the provider is still to be made: only their names count. */
export const clientOptionNames: Checks<ClientOptions> = {
  id: anything,
  clientId: anything,
  clientSecret: anything,
  scopes: anything,
  webhookKeys: anything,
  webhookToleranceMs: anything,
}

/** A client of that provider. @throws {PunctualError} `invalid_argument` */
export function clientOf(provider: Provider, options: ClientOptions): Client {
  const place = provider.name
  checkOptions(place, options, clientChecks(provider))
  return Object.freeze({
    id: options.id ?? provider.name,
    provider,
    clientId: options.clientId,
    clientSecret: options.clientSecret === undefined ? null : secret(options.clientSecret),
    scopes: Object.freeze([...new Set(options.scopes)]),
    webhookKeys: Object.freeze((options.webhookKeys ?? []).map(secret)),
    webhookToleranceMs: options.webhookToleranceMs ?? null,
  })
}

/** What every client's options must be. */
function clientChecks(provider: Pick<Provider, 'title' | 'webhooks' | 'clientAuthentication'>): Checks<ClientOptions> {
  const isRaw = provider.clientAuthentication === 'client_secret_basic_raw'
  return {
    id: optional(name),
    clientId: (value, isGiven) =>
      text(value, isGiven) ??
      (isRaw && String(value).includes(':') ? 'must not have a ":" in it, which separates it from the secret' : null),
    clientSecret: ifGiven((value, isGiven) =>
      value === undefined ? 'is undefined. Set it, or leave it out for a public client' : text(value, isGiven),
    ),
    scopes: list('scopes', scope),
    webhookKeys: optional(
      provider.webhooks?.signedBy === 'client'
        ? list('keys', text, { least: 1 })
        : () => `must be left out: ${provider.title} does not sign with a key of the app`,
    ),
    webhookToleranceMs: optional(tolerance),
  }
}

/** Deliveries that have been dispatched are remembered for three days: none may be accepted that is older. */
export const tolerance: Check = amount(60_000, 172_800_000, 'milliseconds')
