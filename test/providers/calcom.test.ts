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
  elsewhere: {
    issuer: 'https://app.example.com/base',
    authorizationEndpoint: 'https://app.example.com/base/auth/oauth2/authorize',
    tokenEndpoint: 'https://api.example.com/base/v2/auth/oauth2/token',
    apiBase: 'https://api.example.com/base',
  },
  pkce: { confidential: false, public: true },
  wrongScopes: [
    [[], /{ scopes }.*must have 'PROFILE_READ'/],
    [['BOOKING_READ'], /{ scopes }.*must have 'PROFILE_READ'/],
    [['PROFILE_WRITE'], /{ scopes }.*must have 'PROFILE_READ'/],
    [['PROFILE_READ', 'booking_read'], /{ scopes }.*"booking_read" is no scope/],
    [['PROFILE_READ,BOOKING_READ'], /{ scopes }.*is no scope/],
  ],
  identityPath: '/v2/me',
  samples: {
    account: { id: '42', name: null, email: null, timeZone: null },
    asked: [
      ['/v2/me', {}],
      ['/v2/event-types', { 'cal-api-version': '2024-06-14' }],
      ['/v2/schedules', { 'cal-api-version': '2024-06-11' }],
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
    ['another 403', failure(403, 'ForbiddenException', 'PermissionsGuard - no permissions'), { kind: 'other' }],
    ['a page of the proxy in front', { status: 403, json: null }, { kind: 'other' }],
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
  strangers: [
    ['no data', { json: { status: 'success' } }, /^Cal\.com did not tell .* no data\.id\.$/, {}],
    ['no id', success({ ...me, id: null }), /no data\.id/, {}],
    ['an id that is no number', success({ ...me, id: 1.5 }), /no data\.id/, {}],
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
