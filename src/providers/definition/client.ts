// Turns the options of one OAuth app into a client of its provider. It is checked, copied and frozen, and its secret is
// wrapped.

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
  shown,
  text,
} from '../../core/check.ts'
import type { Client, Provider } from '../../core/provider.ts'
import { secret } from '../../core/secret.ts'

/** One OAuth app. */
export interface ClientOptions<Id extends string = string> {
  /** Names the client in URLs: `[a-z0-9][a-z0-9_-]*`. Default: the provider's name. */
  readonly id?: Id | undefined
  readonly clientId: string
  /** Leave it out for a public client. `undefined` is refused: it is probably a missing setting. */
  readonly clientSecret?: string
  /** The scopes to request, unless an authorization attempt names others. */
  readonly scopes: readonly string[]
  /** The signing key of the app's webhooks, if the provider has one for each app. Give both while you change it. */
  readonly webhookKeys?: readonly string[] | undefined
  /**
   * Milliseconds after which a webhook is refused as too old, 60 000 to 172 800 000. Default: as long as the provider
   * may retry.
   */
  readonly webhookToleranceMs?: number | undefined
}

/** The names of the client's options, for use before the provider exists: the values are checked later. */
export const clientOptionNames: Checks<ClientOptions> = {
  id: anything,
  clientId: anything,
  clientSecret: anything,
  scopes: anything,
  webhookKeys: anything,
  webhookToleranceMs: anything,
}

/** Creates a client of that provider. @throws {PunctualError} `invalid_argument` */
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
function clientChecks(
  provider: Pick<Provider, 'title' | 'scopes' | 'webhooks' | 'clientAuthentication'>,
): Checks<ClientOptions> {
  const isRaw = provider.clientAuthentication === 'client_secret_basic_raw'
  return {
    id: optional(name),
    clientId: (value, isGiven) =>
      text(value, isGiven) ??
      (isRaw && String(value).includes(':') ? 'must not have a ":" in it, which separates it from the secret' : null),
    clientSecret: ifGiven((value, isGiven) =>
      value === undefined ? 'is undefined. Set it, or leave it out for a public client' : text(value, isGiven),
    ),
    scopes: (value, isGiven) => list('scopes', scope)(value, isGiven) ?? misspeltScope(provider, value as string[]),
    webhookKeys: optional(
      provider.webhooks?.signedBy === 'client'
        ? list('keys', text, { least: 1 })
        : () => `must be left out: ${provider.title} does not sign with a key of the app`,
    ),
    webhookToleranceMs: optional(tolerance),
  }
}

/** A scope that is not known may be a new one; one that differs from a known one by an "s" alone is a slip. */
function misspeltScope(
  { title, scopes: known }: Pick<Provider, 'title' | 'scopes'>,
  given: readonly string[],
): string | null {
  for (const [index, one] of given.entries()) {
    const meant = known?.includes(one) ? undefined : known?.find((scope) => singular(scope) === singular(one))
    if (meant !== undefined) return `[${index}] ${shown(one)} is not a scope of ${title}. It is ${shown(meant)}`
  }
  return null
}

function singular(scope: string): string {
  return scope.replaceAll(/s(?![a-z])/gi, '')
}

/** Dispatched deliveries are remembered for three days: an older delivery must not be accepted. */
export const tolerance: Check = amount(60_000, 172_800_000, 'milliseconds')
