// Cal.com's facts: its API v2 source of 2026, observed answers of it, and its documentation. Deviations are in
// quirks.ts.

import { baseAddress, type Checks, checkOptions, object, optional } from '../../core/check.ts'
import type { Client } from '../../core/provider.ts'
import { type ClientOptions, clientOptionNames } from '../definition/client.ts'
import { defineProvider } from '../definition/define.ts'
import { hostsOf } from '../definition/hosts.ts'
import { identify } from './identity.ts'
import { limits } from './limits.ts'
import { paging } from './paging.ts'
import { assertScopes, meaning, requestHeaders } from './quirks.ts'
import { samples } from './samples.ts'
import { scheduling } from './scheduling.ts'
import { scopes } from './scopes.ts'
import type { CalcomWebhookBodies } from './webhook-bodies.ts'
import { webhooks } from './webhooks.ts'

/** One OAuth client from Cal.com's developer settings. Without `clientSecret` it is a public client. */
export interface CalcomOptions<Id extends string = string> extends ClientOptions<Id> {
  /** Other hosts: a sandbox's, or a self-hosted Cal.com's. Default `https://app.cal.com` and `https://api.cal.com`. */
  readonly hosts?: { readonly app?: string | undefined; readonly api?: string | undefined } | undefined
}

const checks: Checks<CalcomOptions> = {
  ...clientOptionNames,
  hosts: optional(object({ app: optional(baseAddress), api: optional(baseAddress) })),
}

/**
 * A client of Cal.com. API paths begin with the version: `/v2/me`.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 * @see {@link https://cal.com/docs/api-reference/v2/openapi.json API description}
 */
export function calcom<const Id extends string = 'calcom'>(
  options: CalcomOptions<Id>,
): Client<Id, CalcomWebhookBodies> {
  checkOptions('calcom', options, checks)
  const { hosts, ...ofClient } = options
  const { app, api } = hostsOf(hosts, { app: 'https://app.cal.com', api: 'https://api.cal.com' })
  const client = defineProvider({
    name: 'calcom',
    title: 'Cal.com',
    // Cal.com sends no `iss` and publishes no metadata; should it begin to, this is what it would have to be.
    issuer: app,
    authorizationEndpoint: `${app}/auth/oauth2/authorize`,
    tokenEndpoint: `${api}/v2/auth/oauth2/token`,
    // It has none: POST /v2/auth/oauth2/revoke returns 404.
    revocation: null,
    apiBase: api,
    // Basic is ignored.
    clientAuthentication: 'client_secret_post',
    // A body with client_secret and code_verifier is refused, and so is one without the verifier after a challenge.
    pkce: { confidential: false, public: true },
    accessTokenLifetime: 1800,
    // 30 days from the last refresh.
    refreshTokenLifetime: 2_592_000,
    // A refresh deletes every refresh token of that user and client.
    refreshEndsSiblings: true,
    // Ours: Cal.com has no limit per account. Its own is 120 a minute and address, shared by all accounts behind it.
    tokenRequestsPerMinute: 8,
    scopes,
    accountScopes: ['PROFILE_READ'],
    samples,
    webhooks,
    scheduling,
    identify,
    meaning,
    paging,
    requestHeaders,
    rate: limits,
  })(ofClient)
  assertScopes(client.scopes)
  return client as Client<Id, CalcomWebhookBodies>
}
