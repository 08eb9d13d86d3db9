import type { ApiMeaning, RefusalReason } from '../../src/core/provider.ts'
import { calcom } from '../../src/providers/index.ts'
import { describeProvider } from './contract.ts'

const me = {
  id: 42,
  username: 'bob',
  email: 'bob@example.com',
  name: 'Bob',
  avatarUrl: null,
  timeFormat: 12,
  weekStart: 'Sunday',
  timeZone: 'Europe/Paris',
  organizationId: null,
}
const success = (data: unknown) => ({ json: { status: 'success', data } })
const failure = (status: number, code: string, message: string) => ({
  status,
  json: {
    status: 'error',
    timestamp: '2026-11-21T21:19:02.940Z',
    path: '/v2/x',
    error: { code, message, details: {} },
  },
})
const noScope = (rest: string) => failure(403, 'ForbiddenException', `insufficient_scope: ${rest}`)
const refused = (reason: RefusalReason): ApiMeaning => ({ kind: 'refused', reason })
const lacking = 'token does not have the required scopes.'

describeProvider({
  maker: calcom,
  name: 'calcom',
  options: { clientId: 'ab'.repeat(32), clientSecret: 'hush', scopes: ['PROFILE_READ', 'BOOKING_READ'] },
  hosts: ['app', 'api'],
  provider: {
    name: 'calcom',
    title: 'Cal.com',
    issuer: 'https://app.cal.com',
    issuerInCallback: false,
    accountScopes: ['PROFILE_READ'],
    authorizationEndpoint: 'https://app.cal.com/auth/oauth2/authorize',
    tokenEndpoint: 'https://api.cal.com/v2/auth/oauth2/token',
    revocation: null,
    apiBase: 'https://api.cal.com',
    clientAuthentication: 'client_secret_post',
    pkce: { confidential: false, public: true },
    authorizationParameters: {},
    accessTokenLifetime: 1800,
    refreshTokenLifetime: 30 * 24 * 3600,
    refreshEndsSiblings: true,
    tokenRequestsPerMinute: 8,
  },
  limits: { perToken: true, block: 60, special: [] },
  readings: [
    [
      {
        'x-ratelimit-limit-default': '500',
        'x-ratelimit-remaining-default': '499',
        'x-ratelimit-reset-default': '60',
      },
      { limit: 500, remaining: 499, reset: 60 },
    ],
    [{ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499', 'x-ratelimit-reset': '60' }, null],
  ],
  lists: [
    [
      'of bookings with more of them',
      '/v2/bookings?status=past&take=2&skip=4',
      { data: [1, 2], pagination: { hasNextPage: true } },
      { items: [1, 2], next: 'https://api.cal.com/v2/bookings?status=past&take=2&skip=6' },
    ],
    [
      'of bookings from its beginning',
      '/v2/bookings',
      { data: [1, 2], pagination: { hasNextPage: true } },
      { items: [1, 2], next: 'https://api.cal.com/v2/bookings?skip=2' },
    ],
    ['that ends', '/v2/bookings?take=1', { data: [1], pagination: { hasNextPage: false } }, { items: [1], next: null }],
    [
      'of webhooks, a full page',
      '/v2/webhooks?take=2',
      { data: [1, 2] },
      { items: [1, 2], next: 'https://api.cal.com/v2/webhooks?take=2&skip=2' },
    ],
    ['of webhooks, a page that is not full', '/v2/webhooks?take=2', { data: [1] }, { items: [1], next: null }],
    [
      'by cursor',
      '/v2/bookings?limit=2&cursor=a',
      { data: [1, 2], pagination: { hasMore: true, nextCursor: 'b+c' } },
      { items: [1, 2], next: 'https://api.cal.com/v2/bookings?limit=2&cursor=b%2Bc' },
    ],
    [
      'by cursor, at its end',
      '/v2/bookings?cursor=a',
      { data: [1], pagination: { hasMore: false, nextCursor: null } },
      { items: [1], next: null },
    ],
    [
      'by cursor, that says it is the last',
      '/v2/bookings',
      { data: [1], pagination: { hasMore: false, nextCursor: 'b' } },
      { items: [1], next: null },
    ],
    ['of one page', '/v2/event-types?take=2', { data: [1, 2] }, { items: [1, 2], next: null }],
  ],
  sentAlong: [
    ['/v2/me', {}],
    ['/v2/calendars', {}],
    ['/v2/webhooks?take=1', {}],
    ['/v2/schedules', { 'cal-api-version': '2024-06-11' }],
    ['/v2/schedules/7', { 'cal-api-version': '2024-06-11' }],
    ['/v2/event-types?username=ada', { 'cal-api-version': '2024-06-14' }],
    ['/v2/bookings', { 'cal-api-version': '2026-02-25' }],
    ['/v2/bookings/uid/cancel', { 'cal-api-version': '2026-02-25' }],
    ['/api/v2/bookings', { 'cal-api-version': '2026-02-25' }],
    ['/v2/slots/reservations', { 'cal-api-version': '2024-09-04' }],
    ['/v2/slotsmith', {}],
  ],
  elsewhere: {
    issuer: 'https://app.example.com/base',
    authorizationEndpoint: 'https://app.example.com/base/auth/oauth2/authorize',
    tokenEndpoint: 'https://api.example.com/base/v2/auth/oauth2/token',
    apiBase: 'https://api.example.com/base',
  },
  pkce: { confidential: false, public: true },
  wrongScopes: [
    [[], /: scopes must have 'PROFILE_READ'/],
    [['BOOKING_READ'], /: scopes must have 'PROFILE_READ'/],
    [['PROFILE_WRITE'], /: scopes must have 'PROFILE_READ'/],
    [['PROFILE_READ', 'booking_read'], /: scopes\[1\] "booking_read" is not a scope/],
    [['PROFILE_READ,BOOKING_READ'], /: scopes\[0\] "PROFILE_READ,BOOKING_READ" is not a scope/],
  ],
  identityPath: '/v2/me',
  samples: {
    account: { id: '42', name: null, email: null, timeZone: null },
    asked: [
      ['/v2/me', {}],
      ['/v2/event-types', {}],
      ['/v2/schedules', {}],
    ],
  },
  meanings: [
    ['the token is invalid', failure(401, 'UnauthorizedException', 'Invalid Access Token.'), { kind: 'token_ended' }],
    ['a 401 without a body', { status: 401 }, { kind: 'token_ended' }],
    [
      'the token is unknown to bookings',
      failure(403, 'ForbiddenException', 'PermissionsGuard - no oAuth client found for access token=eyJ'),
      { kind: 'token_ended' },
    ],
    [
      'a missing scope',
      noScope(`${lacking} Required: BOOKING_READ. Token has: PROFILE_READ`),
      { kind: 'insufficient_scope', scopes: ['BOOKING_READ'] },
    ],
    [
      'missing scopes',
      noScope(`${lacking} Required: BOOKING_READ, BOOKING_WRITE. Token has: PROFILE_READ, APPS_READ`),
      { kind: 'insufficient_scope', scopes: ['BOOKING_READ', 'BOOKING_WRITE'] },
    ],
    [
      'a missing scope, nothing granted',
      noScope(`${lacking} Required: A_READ. Token has: `),
      { kind: 'insufficient_scope', scopes: ['A_READ'] },
    ],
    [
      'an endpoint closed to third parties',
      noScope('this endpoint is not available for third-party OAuth tokens'),
      { kind: 'insufficient_scope', scopes: [] },
    ],
    ['another 403', failure(403, 'ForbiddenException', 'PermissionsGuard - no permissions'), refused('not_permitted')],
    [
      'a page of the proxy in front',
      { status: 403, headers: new Headers({ 'content-type': 'text/html' }) },
      { kind: 'unavailable', reason: 'proxy' },
    ],
    ...(
      [
        ['User either already has booking at this time or is not available', 'slot_taken'],
        ['One of the hosts either already has booking at this time or is not available', 'slot_taken'],
        [`The event type can't be booked at the "start" time provided. Try another.`, 'slot_taken'],
        ['Attempting to book a meeting in the past.', 'in_the_past'],
      ] as const
    ).map(
      ([message, reason]) =>
        [message, failure(400, 'BadRequestException', message), refused(reason)] as [string, object, ApiMeaning],
    ),
    ...[
      "Can't reserve a slot if the event is already booked.",
      'This time slot is already reserved by another user. Please choose a different time.',
      'Booking with id=7 at 2026-11-23T09:00:00.000Z has no more seats left.',
    ].map(
      (message) =>
        [message, failure(422, 'UnprocessableEntityException', message), refused('slot_taken')] as [
          string,
          object,
          ApiMeaning,
        ],
    ),
    ['another 422', failure(422, 'UnprocessableEntityException', 'x'), { kind: 'other' }],
    ['a calendar that fails', failure(400, 'CalendarAppGoogleError', 'x'), refused('calendar_unavailable')],
    ['wrong parameters', failure(400, 'BadRequestException', 'Bad Request Exception'), { kind: 'other' }],
    ['something unknown', failure(404, 'NotFoundException', 'Event type with id 7 not found.'), { kind: 'other' }],
    [
      'a webhook that is there',
      failure(409, 'ConflictException', 'Webhook with this subscriber url already exists for this user'),
      refused('already_exists'),
    ],
    ['another conflict', failure(409, 'CONFLICT', 'x'), { kind: 'other' }],
    ['a managed user’s token', failure(498, 'HttpException', 'ACCESS_TOKEN_IS_EXPIRED'), { kind: 'other' }],
    ['the words of a missing scope with another status', { ...noScope('x'), status: 400 }, { kind: 'other' }],
  ],
  identities: [
    ['is the user', success(me), {}, { id: '42', name: 'Bob', email: 'bob@example.com', timeZone: 'Europe/Paris' }],
    [
      'may have no name',
      success({ id: 0, name: null, email: null }),
      {},
      { id: '0', name: null, email: null, timeZone: null },
    ],
  ],
  unidentified: [
    ['no data', { json: { status: 'success' } }, /^Cal\.com does not say .* no data\.id\.$/, {}],
    ['no id', success({ ...me, id: null }), /no data\.id/, {}],
    ['an id that is not an integer', success({ ...me, id: 1.5 }), /no data\.id/, {}],
    ['no JSON', {}, /no data\.id/, {}],
    [
      'a missing scope',
      noScope(`${lacking} Required: PROFILE_READ. Token has: BOOKING_READ`),
      /the scope PROFILE_READ is missing/,
      { code: 'insufficient_scope', scopes: ['PROFILE_READ'] },
    ],
    ['an ended token', { status: 401 }, /answered 401/, {}],
    ['a server away', { status: 502 }, /answered 502/, { retryable: true }],
  ],
})
