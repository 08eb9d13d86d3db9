import type { ApiMeaning, RefusalReason } from '../../src/core/provider.ts'
import { calendly } from '../../src/providers/index.ts'
import { describeProvider } from './contract.ts'

const uri = 'https://api.calendly.com/users/AAAAAAAAAAAAAAAA'
const user = {
  uri,
  name: 'John Doe',
  slug: 'acmesales',
  email: 'test@example.com',
  scheduling_url: 'https://calendly.com/acmesales',
  timezone: 'America/New_York',
  avatar_url: null,
  created_at: '2019-01-02T03:04:05.678123Z',
  current_organization: 'https://api.calendly.com/organizations/AAAAAAAAAAAAAAAA',
}
const nobody = { id: uri, name: null, email: null, timeZone: null }
const insufficientScope = {
  title: 'Insufficient scope',
  message: "This operation requires the scopes listed in the 'required_scopes' array.",
  required_scopes: ['users:read'],
}
const forbidden = (message: string) => ({ title: 'Permission Denied', message })
const invalid = (...details: object[]) => ({
  title: 'Invalid Argument',
  message: 'The supplied parameters are invalid.',
  ...(details.length > 0 && { details }),
})
const refused = (reason: RefusalReason): ApiMeaning => ({ kind: 'refused', reason })
const nextPage = 'https://api.calendly.com/event_types?count=1&page_token=sNjq4TvMDfUHEl7zHRR0k0E1PCEJWvdi'

describeProvider({
  maker: calendly,
  name: 'calendly',
  options: {
    clientId: 'Ji769R6zy6sISx_r49dfgEl7COk5fxUZuP4xpZtYOmI',
    clientSecret: 'hush',
    scopes: ['users:read', 'event_types:read'],
  },
  hosts: ['auth', 'api'],
  provider: {
    name: 'calendly',
    title: 'Calendly',
    issuer: 'https://auth.calendly.com',
    issuerInCallback: false,
    accountScopes: ['users:read'],
    authorizationEndpoint: 'https://auth.calendly.com/oauth/authorize',
    tokenEndpoint: 'https://auth.calendly.com/oauth/token',
    revocation: {
      endpoint: 'https://auth.calendly.com/oauth/revoke',
      clientAuthentication: 'client_secret_post',
      typeHint: false,
    },
    apiBase: 'https://api.calendly.com',
    clientAuthentication: 'client_secret_basic_raw',
    pkce: { confidential: true, public: true },
    authorizationParameters: {},
    accessTokenLifetime: 7200,
    refreshTokenLifetime: null,
    refreshEndsSiblings: false,
    tokenRequestsPerMinute: 8,
  },
  limits: {
    perToken: false,
    block: 0,
    special: [
      {
        method: 'POST',
        path: '/invitees',
        spans: [
          { calls: 10, seconds: 60 },
          { calls: 50, seconds: 3600 },
          { calls: 100, seconds: 86_400 },
        ],
      },
    ],
  },
  readings: [
    [
      { 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499', 'x-ratelimit-reset': '60' },
      { limit: 500, remaining: 499, reset: 60 },
    ],
    [
      { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '70', 'x-ratelimit-reset': '0' },
      { limit: 50, remaining: 50, reset: 0 },
    ],
    [{ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499' }, null],
    [{ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '60' }, null],
    [{ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '1793241600' }, null],
    [{}, null],
  ],
  lists: [
    [
      'with a next page',
      '/event_types?count=1',
      { collection: [{ uri: 'a' }], pagination: { count: 1, next_page: nextPage } },
      { items: [{ uri: 'a' }], next: nextPage },
    ],
    [
      'that ends',
      '/event_types',
      { collection: [], pagination: { count: 0, next_page: null } },
      { items: [], next: null },
    ],
    ['of one page', '/event_type_available_times', { collection: [1, 2] }, { items: [1, 2], next: null }],
  ],
  sentAlong: [
    ['/users/me', {}],
    ['/invitees', {}],
  ],
  byStatus: { 409: refused('already_exists'), 424: refused('calendar_unavailable') },
  elsewhere: {
    issuer: 'https://auth.example.com/base',
    authorizationEndpoint: 'https://auth.example.com/base/oauth/authorize',
    tokenEndpoint: 'https://auth.example.com/base/oauth/token',
    revocation: {
      endpoint: 'https://auth.example.com/base/oauth/revoke',
      clientAuthentication: 'client_secret_post',
      typeHint: false,
    },
    apiBase: 'https://api.example.com/base',
  },
  pkce: { confidential: true, public: true },
  wrongScopes: [
    [[], /: scopes is empty/],
    [['PROFILE_READ'], /: scopes\[0\] "PROFILE_READ" is not a scope of Calendly/],
    [['users'], /: scopes\[0\] "users" is not a scope of Calendly/],
    [['users:admin'], /: scopes\[0\] "users:admin" is not a scope of Calendly/],
  ],
  identityPath: '/users/me',
  samples: {
    account: nobody,
    asked: [
      ['/users/me', {}],
      ['/event_types?user=https%3A%2F%2Fapi.calendly.com%2Fusers%2FAAAAAAAAAAAAAAAA&count=100', {}],
    ],
  },
  meanings: [
    [
      'the token is invalid',
      { status: 401, json: { title: 'Unauthenticated', message: 'The access token is invalid' } },
      { kind: 'token_ended' },
    ],
    [
      'the token expired',
      { status: 401, json: { title: 'Unauthenticated', message: 'The access token expired' } },
      { kind: 'token_ended' },
    ],
    ['a 401 without a body', { status: 401 }, { kind: 'token_ended' }],
    [
      'a missing scope',
      { status: 403, json: insufficientScope },
      { kind: 'insufficient_scope', scopes: ['users:read'] },
    ],
    [
      'a missing scope, title alone',
      { status: 403, json: { title: 'Insufficient scope' } },
      { kind: 'insufficient_scope', scopes: [] },
    ],
    [
      'a missing scope, list alone',
      { status: 403, json: { required_scopes: ['a:read', 7] } },
      { kind: 'insufficient_scope', scopes: ['a:read'] },
    ],
    ...(
      [
        ['You do not have permission to access this resource.', 'not_permitted'],
        ['You do not have permission', 'not_permitted'],
        ['You are not allowed to view this event', 'not_permitted'],
        ['You are not allowed to cancel this event', 'not_permitted'],
        ['Unauthorized', 'not_permitted'],
        [
          'Please also specify organization when requesting events for a user within your organization.',
          'not_permitted',
        ],
        ['This user is not in your organization', 'organization_changed'],
        ['Please upgrade your Calendly account to Professional', 'plan_limit'],
        ['Please upgrade your Calendly account to Standard', 'plan_limit'],
        ['Please upgrade to a paid Calendly account.', 'plan_limit'],
        ['Event is already canceled', 'already_done'],
        ['Event in the past', 'in_the_past'],
      ] as const
    ).map(
      ([message, reason]) =>
        [message, { status: 403, json: forbidden(message) }, refused(reason)] as [string, object, ApiMeaning],
    ),
    [
      'a page of a proxy',
      { status: 403, headers: new Headers({ 'content-type': 'text/html; charset=UTF-8' }) },
      { kind: 'unavailable', reason: 'proxy' },
    ],
    ['wrong parameters', { status: 400, json: invalid() }, { kind: 'other' }],
    [
      'a wrong parameter',
      { status: 400, json: invalid({ parameter: 'email', message: 'must be filled' }) },
      { kind: 'other' },
    ],
    [
      'a taken slot, in the account’s language',
      {
        status: 400,
        json: invalid({
          parameter: 'event.start_time',
          message: 'Cette heure de début est déjà occupée',
          code: 'already_filled',
        }),
      },
      refused('slot_taken'),
    ],
    [
      'a page token that has gone stale',
      { status: 400, json: invalid({ parameter: 'page_token', message: 'is invalid' }) },
      refused('stale_page'),
    ],
    [
      'a webhook that is there',
      { status: 409, json: { title: 'Already Exists', message: 'Hook with this url already exists' } },
      refused('already_exists'),
    ],
    [
      'a calendar that fails',
      {
        status: 424,
        json: { title: 'External Calendar Error', message: 'There is a problem accessing your calendar.' },
      },
      refused('calendar_unavailable'),
    ],
    ['something unknown', { status: 404, json: { title: 'Resource Not Found' } }, { kind: 'other' }],
    ['the words of a missing scope with another status', { status: 400, json: insufficientScope }, { kind: 'other' }],
    ['too many requests', { status: 429 }, { kind: 'other' }],
  ],
  identities: [
    [
      'is the user',
      { json: { resource: user } },
      {},
      { id: uri, name: 'John Doe', email: 'test@example.com', timeZone: 'America/New_York' },
    ],
    ['may have no name', { json: { resource: { uri, name: null, email: '', timezone: 7 } } }, {}, nobody],
    [
      'is the token’s owner where users:read was declined',
      { status: 403, json: insufficientScope },
      { owner: uri },
      nobody,
    ],
  ],
  unidentified: [
    ['no resource', { json: {} }, /^Calendly does not say .* no resource\.uri\.$/, {}],
    ['no uri', { json: { resource: { ...user, uri: null } } }, /no resource\.uri/, {}],
    ['no JSON', {}, /no resource\.uri/, {}],
    ['declined and no owner', { status: 403, json: insufficientScope }, /names no owner/, {}],
    ['another 403', { status: 403, json: forbidden('You do not have permission') }, /answered 403/, {}],
    ['an ended token', { status: 401 }, /answered 401/, {}],
    ['a server away', { status: 503 }, /answered 503/, { retryable: true }],
    ['too many requests', { status: 429 }, /answered 429/, { retryable: true }],
  ],
})
