// Turns one OAuth app's options into a client of its provider: checked, copied, frozen, its secret wrapped.

import type { Client, Provider } from '../../core/provider.ts'
import { type Secret, secret } from '../../core/secret.ts'
import { assertNames, checkName, checkScopes, checkText, wrong } from './options.ts'

/** One OAuth app. */
export interface ClientOptions {
  /** Names the client in URLs: `[a-z0-9][a-z0-9_-]*`. Default: the provider's name. */
  readonly id?: string | undefined
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

/** The names that every client's options have. */
export const clientOptionNames: readonly string[] = [
  ...['id', 'clientId', 'clientSecret', 'scopes'],
  ...['webhookKeys', 'webhookToleranceMs'],
]

/** A client of that provider. @throws {PunctualError} `invalid_argument` */
export function clientOf(provider: Provider, options: ClientOptions): Client {
  const maker = provider.name
  assertNames(maker, options, clientOptionNames)
  const clientId = checkText(maker, 'clientId', options.clientId)
  if (clientId.includes(':') && provider.clientAuthentication === 'client_secret_basic_raw') {
    throw wrong(maker, 'clientId', 'must not have a ":" in it, which separates it from the secret')
  }
  if ('clientSecret' in options && options.clientSecret === undefined) {
    throw wrong(maker, 'clientSecret', 'is undefined: set it, or leave it out for a public client')
  }
  return Object.freeze({
    id: checkName(maker, 'id', options.id ?? provider.name),
    provider,
    clientId,
    clientSecret: 'clientSecret' in options ? secret(checkText(maker, 'clientSecret', options.clientSecret)) : null,
    scopes: checkScopes(maker, options.scopes),
    webhookKeys: checkWebhookKeys(provider, options.webhookKeys),
    webhookToleranceMs: checkTolerance(maker, options.webhookToleranceMs),
  })
}

function checkWebhookKeys(provider: Provider, keys: unknown): readonly Secret[] {
  const maker = provider.name
  if (keys === undefined) return Object.freeze([])
  if (provider.webhooks?.signedBy !== 'client') {
    throw wrong(maker, 'webhookKeys', `must be left out: ${provider.title} does not sign with a key of the app`)
  }
  if (!Array.isArray(keys) || keys.length === 0) throw wrong(maker, 'webhookKeys', 'must list at least one key')
  return Object.freeze(keys.map((key, index) => secret(checkText(maker, `webhookKeys[${index}]`, key))))
}

/** Deliveries that have been handed over are remembered for three days: none may be taken that is older. */
function checkTolerance(maker: string, milliseconds: unknown): number | null {
  if (milliseconds === undefined) return null
  if (typeof milliseconds === 'number' && milliseconds >= 60_000 && milliseconds <= 172_800_000) return milliseconds
  throw wrong(maker, 'webhookToleranceMs', 'must be a number of milliseconds from 60000 to 172800000')
}
