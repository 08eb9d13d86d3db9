// The providers as the facts describe them: every request is decided at one instant.

import type { BookingPlace } from '../support/booking-place.ts'
import { createBookingPlaces } from './booking-places.ts'
import { json, type ProviderResponse } from './provider-response.ts'
import { createProviderSubscriptions, type ProviderSubscriptions } from './provider-subscriptions.ts'
import type { Random } from './random.ts'
import { accountId, origin } from './simulated-clients.ts'
import { createTokenIssuer, type IssuedSet, type StatedLifetimes, type TokenIssuer } from './token-issuer.ts'

export type ClientName = 'calendly' | 'calcom'
export interface ProviderRequest {
  readonly method: string
  /** Its path at `https://sim.test`. */
  readonly path: string
  readonly body: string
  readonly authorization: string
}

export interface SimulatedProvider extends Pick<TokenIssuer, 'sets' | 'revokedByUser' | 'honoured' | 'accessLives'> {
  readonly subscriptions: Pick<ProviderSubscriptions, 'of' | 'drop'>
  /** The bookings of an account. */
  bookingsOf(client: ClientName, account: string): BookingPlace
  /** Lets a user give consent at an authorization URL. Returns the address of the callback. */
  consent(url: URL, account: string, owner: string): string
  /** Decides one request. */
  handle(request: ProviderRequest): ProviderResponse
}

export function createProvider(now: () => number, random: Random, given: StatedLifetimes | null): SimulatedProvider {
  const issuer = createTokenIssuer(now, random, given)
  const subscriptions = createProviderSubscriptions()
  const places = createBookingPlaces(now)

  /** Answers for the account of the access token. */
  function authorized(
    client: string,
    authorization: string,
    answer: (set: IssuedSet) => ProviderResponse,
  ): ProviderResponse {
    const set = issuer.find(authorization.replace(/^Bearer /, ''), 'at')
    if (set?.client === client && issuer.accessLives(set)) return answer(set)
    if (set) set.accessRefused = true
    return json(401, { message: 'The access token is invalid' })
  }

  return {
    sets: issuer.sets,
    honoured: issuer.honoured,
    accessLives: issuer.accessLives,
    revokedByUser: issuer.revokedByUser,
    subscriptions,
    bookingsOf: places.of,
    consent(url, account, owner) {
      const client = url.pathname.startsWith('/calendly') ? 'calendly' : 'calcom'
      const callback = new URL(url.searchParams.get('redirect_uri') ?? '')
      callback.searchParams.set('code', issuer.issueCode(client, account, owner))
      callback.searchParams.set('state', url.searchParams.get('state') ?? '')
      return callback.href
    },
    handle({ method, path, body, authorization }) {
      const form = new URLSearchParams(body)
      switch (path) {
        case '/calendly/auth/oauth/token':
          return issuer.token('calendly', form)
        case '/calcom/api/v2/auth/oauth2/token':
          return issuer.token('calcom', form)
        case '/calendly/auth/oauth/revoke':
          return issuer.revoke(form)
        case '/calendly/api/users/me':
          return authorized('calendly', authorization, (set) => me('calendly', set))
        case '/calcom/api/v2/me':
          return authorized('calcom', authorization, (set) => me('calcom', set))
      }
      const place = places.route(path)
      if (place)
        return authorized(place.client, authorization, ({ account }) =>
          places.handle(place.client, account, { method, path: place.path, body }),
        )
      const [, api] = /^\/(calendly\/api\/webhook_subscriptions|calcom\/api\/v2\/webhooks)(\/|$)/.exec(path) ?? []
      if (api === undefined) return json(404, { message: `no route ${path}` })
      const client = api.startsWith('calendly') ? 'calendly' : 'calcom'
      return authorized(client, authorization, ({ account }) =>
        subscriptions.handle(client, account, method, path, body),
      )
    },
  }
}

/** The account of an access token, as its provider shows it. */
function me(client: string, set: IssuedSet): ProviderResponse {
  const facts = { name: set.account, email: `${set.account}@sim.test` }
  if (client !== 'calendly')
    return json(200, { status: 'success', data: { id: Number(set.account), timeZone: 'Europe/Paris', ...facts } })
  const resource = {
    uri: accountId(client, set.account),
    timezone: 'Europe/Paris',
    current_organization: `${origin}/organizations/1`,
    ...facts,
  }
  return json(200, { resource })
}
