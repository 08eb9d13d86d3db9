// Calendly's facts: https://developer.calendly.com/api-docs, read in November 2026. Deviations are in quirks.ts.

import { baseAddress, type Checks, checkOptions, object, oneOf, optional } from '../../core/check.ts'
import type { Client } from '../../core/provider.ts'
import { type ClientOptions, clientOptionNames } from '../definition/client.ts'
import { defineProvider } from '../definition/define.ts'
import { hostsOf } from '../definition/hosts.ts'
import { identify } from './identity.ts'
import { type BookingLimits, bookingPlans, limitsOf } from './limits.ts'
import { paging } from './paging.ts'
import { assertScopes, meaning } from './quirks.ts'
import { samples } from './samples.ts'
import { documentedApi, schedulingAt } from './scheduling.ts'
import { scopes } from './scopes.ts'
import type { CalendlyWebhookBodies } from './webhook-bodies.ts'
import { webhooks } from './webhooks.ts'

/** One OAuth app from Calendly's developer console. Without `clientSecret` it is a native app. */
export interface CalendlyOptions<Id extends string = string> extends ClientOptions<Id> {
  /** Other hosts, such as a sandbox's. Default `https://auth.calendly.com` and `https://api.calendly.com`. */
  readonly hosts?: { readonly auth?: string | undefined; readonly api?: string | undefined } | undefined
  /**
   * Calendly's own limits on bookings (`POST /invitees`), by the plan of the accounts that you connect. They are
   * counted here, since no header reports them. `paid`: 10 a minute, 50 an hour, 100 a day (the default). `enterprise`:
   * 500 a minute. `trial`: 5 a day. `free`: not published, so only refusals count.
   */
  readonly bookingLimits?: BookingLimits | undefined
}

const checks: Checks<CalendlyOptions> = {
  ...clientOptionNames,
  hosts: optional(object({ auth: optional(baseAddress), api: optional(baseAddress) })),
  bookingLimits: optional(oneOf(...bookingPlans)),
}

/**
 * A client of Calendly.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 * @see {@link https://developer.calendly.com/docs/authentication/creating-an-oauth-app Creating an OAuth app}
 */
export function calendly<const Id extends string = 'calendly'>(
  options: CalendlyOptions<Id>,
): Client<Id, CalendlyWebhookBodies> {
  checkOptions('calendly', options, checks)
  const { hosts, bookingLimits = 'paid', ...ofClient } = options
  const { auth, api } = hostsOf(hosts, { auth: 'https://auth.calendly.com', api: documentedApi })
  const client = defineProvider({
    name: 'calendly',
    title: 'Calendly',
    // Whether Calendly sends `iss` is not documented. Its access tokens name this issuer.
    issuer: auth,
    authorizationEndpoint: `${auth}/oauth/authorize`,
    tokenEndpoint: `${auth}/oauth/token`,
    // Documented with client_id, client_secret and token in the form, and nothing else.
    revocation: { endpoint: `${auth}/oauth/revoke`, clientAuthentication: 'client_secret_post', typeHint: false },
    apiBase: api,
    clientAuthentication: 'client_secret_basic_raw',
    pkce: { confidential: true, public: true },
    accessTokenLifetime: 7200,
    // "Don't expire until they are used."
    refreshTokenLifetime: null,
    refreshEndsSiblings: false,
    // "Only 8 oauth tokens per user can be requested within a span of 1 minute."
    tokenRequestsPerMinute: 8,
    scopes,
    // Without it an account has no name (identity.ts).
    accountScopes: ['users:read'],
    samples,
    webhooks,
    identify,
    meaning,
    paging,
    rate: limitsOf(bookingLimits),
    scheduling: schedulingAt(api),
  })(ofClient)
  assertScopes(client.scopes)
  return client as Client<Id, CalendlyWebhookBodies>
}
