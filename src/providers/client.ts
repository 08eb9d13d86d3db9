// Turns one OAuth app's options into a client of its provider: checked, copied, frozen, its secret wrapped.

import type { Client, Provider } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
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
}

/** The names that every client's options have. */
export const clientOptionNames: readonly string[] = ['id', 'clientId', 'clientSecret', 'scopes']

/** A client of that provider. @throws {PunctualError} `invalid_option` */
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
  })
}
