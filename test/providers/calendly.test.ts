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
    [[], /{ scopes }.*is empty/],
    [['PROFILE_READ'], /{ scopes }.*"PROFILE_READ" is no scope/],
    [['users'], /{ scopes }.*"users" is no scope/],
    [['users:admin'], /{ scopes }.*"users:admin" is no scope/],
  ],
  identityPath: '/users/me',
  samples: {
    account: nobody,
    asked: [
      ['/users/me', {}],
      ['/event_types?user=https%3A%2F%2Fapi.calendly.com%2Fusers%2FAAAAAAAAAAAAAAAA&count=5', {}],
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
    [
      'no permission',
      { status: 403, json: forbidden('You do not have permission to access this resource.') },
      { kind: 'other' },
    ],
    ['a plan', { status: 403, json: forbidden('Please upgrade to a paid Calendly account.') }, { kind: 'other' }],
    ['business state', { status: 403, json: forbidden('Event is already canceled') }, { kind: 'other' }],
    [
      'wrong parameters',
      { status: 400, json: { title: 'Invalid Argument', message: 'The supplied parameters are invalid.' } },
      { kind: 'other' },
    ],
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
  strangers: [
    ['no resource', { json: {} }, /^Calendly did not tell .* no resource\.uri\.$/, {}],
    ['no uri', { json: { resource: { ...user, uri: null } } }, /no resource\.uri/, {}],
    ['no JSON', {}, /no resource\.uri/, {}],
    ['declined and no owner', { status: 403, json: insufficientScope }, /names no owner/, {}],
    ['another 403', { status: 403, json: forbidden('You do not have permission') }, /answered 403/, {}],
    ['an ended token', { status: 401 }, /answered 401/, {}],
    ['a server away', { status: 503 }, /answered 503/, { retryable: true }],
    ['too many requests', { status: 429 }, /answered 429/, { retryable: true }],
  ],
})
