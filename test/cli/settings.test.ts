import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configuredClients, scopesToBook } from '../../src/cli/settings/clients.ts'
import { readSettings } from '../../src/cli/settings/settings.ts'
import { emptyFolder } from './start.ts'

const folder = emptyFolder()
const read = (environment: Record<string, string> = {}) => readSettings(environment, folder)
const signing = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const sandbox = 'http://localhost:4610'

test('without a setting, everything has its default', () => {
  const { port, host, url, returnTo, tokens, requestsPerMinute, logLevel, connectPage, events, remarks } = read()
  assert.deepEqual(
    { port, host, url, returnTo, tokens, requestsPerMinute, logLevel, connectPage, events, remarks },
    {
      port: 4600,
      host: 'localhost',
      url: null,
      returnTo: [],
      tokens: true,
      requestsPerMinute: null,
      logLevel: 'info',
      connectPage: { language: 'auto' },
      events: null,
      remarks: [],
    },
  )
})

test('the settings of the service are read', () => {
  const settings = read({
    PUNCTUAL_URL: 'https://app.example.com/punctual/',
    PUNCTUAL_HOST: '0.0.0.0',
    PUNCTUAL_RETURN_TO: 'https://app.example.com/settings, https://admin.example.com',
    PUNCTUAL_TOKENS: 'off',
    PUNCTUAL_LOG_LEVEL: 'warn',
    PUNCTUAL_REQUESTS_PER_MINUTE: '1200',
    PUNCTUAL_CONNECT_NAME: 'Example',
    PUNCTUAL_CONNECT_LOGO: 'https://app.example.com/logo.svg',
    PUNCTUAL_CONNECT_HOME: 'https://app.example.com',
    PUNCTUAL_CONNECT_COLOUR: '#1A73E8',
    PUNCTUAL_CONNECT_LANGUAGE: 'de',
    PUNCTUAL_EVENTS_URL: 'https://a.example/hooks, https://b.example/hooks',
    PUNCTUAL_EVENTS_SECRETS: signing,
  })
  assert.equal(settings.url, 'https://app.example.com/punctual')
  assert.equal(settings.host, '0.0.0.0')
  assert.deepEqual(settings.returnTo, ['https://app.example.com/settings', 'https://admin.example.com/'])
  assert.deepEqual([settings.tokens, settings.logLevel, settings.requestsPerMinute], [false, 'warn', 1200])
  assert.deepEqual(settings.connectPage, {
    name: 'Example',
    logoUrl: 'https://app.example.com/logo.svg',
    homeUrl: 'https://app.example.com',
    colour: '#1a73e8',
    language: 'de',
  })
  assert.deepEqual(settings.events, {
    allowPrivateAddresses: false,
    urls: ['https://a.example/hooks', 'https://b.example/hooks'],
    secrets: [signing],
  })
})

const wrong: readonly (readonly [settings: Record<string, string>, sentence: RegExp])[] = [
  [
    { PUNCTUAL_PORT: 'tcp://10.0.0.1:4600' },
    /^PUNCTUAL_PORT is "tcp:.*in Kubernetes: set enableServiceLinks to false\)/,
  ],
  [{ PUNCTUAL_URL: 'http://app.example.com' }, /^PUNCTUAL_URL must begin with https:\/\//],
  [{ PUNCTUAL_URL: 'https://app.example.com/?a=1' }, /^PUNCTUAL_URL must be an address without a user name, a query/],
  [{ PUNCTUAL_RETURN_TO: 'app.example.com/settings' }, /^PUNCTUAL_RETURN_TO is not an address: give one such as/],
  [{ PUNCTUAL_RETURN_TO: 'https://a.example,,https://b.example' }, /^PUNCTUAL_RETURN_TO has an empty part: /],
  [{ PUNCTUAL_TOKENS: 'no' }, /^PUNCTUAL_TOKENS is "no": give on or off\.$/],
  [{ PUNCTUAL_LOG_LEVEL: 'verbose' }, /^PUNCTUAL_LOG_LEVEL is "verbose": give debug, .* or silent\.$/],
  [{ PUNCTUAL_METRICS_KEY: 'hush' }, /^PUNCTUAL_METRICS_KEY must have 16 to 200 visible/],
  [{ PUNCTUAL_REQUESTS_PER_MINUTE: '0' }, /^PUNCTUAL_REQUESTS_PER_MINUTE is "0": give a whole number from 1 to /],
  [{ PUNCTUAL_CONNECT_COLOUR: 'blue' }, /^PUNCTUAL_CONNECT_COLOUR is "blue": give a colour such as #1a73e8\.$/],
  [{ PUNCTUAL_CONNECT_LANGUAGE: 'fr' }, /^PUNCTUAL_CONNECT_LANGUAGE is "fr": give en, de, es or auto\.$/],
  [{ CALENDLY_SCOPES: 'users:read;hush' }, /^CALENDLY_SCOPES must be names of scopes with a space between them/],
  [{ CALENDLY_API_URL: `${sandbox}/calendly/api` }, /^CALENDLY_AUTH_URL is missing while CALENDLY_API_URL is set: /],
  [
    { CALCOM_APP_URL: 'https://cal.example', CALCOM_API_URL: 'https://api.cal.example' },
    /^CALCOM_CLIENT_ID is missing while CALCOM_APP_URL is set: set it and CALCOM_CLIENT_SECRET/,
  ],
  [
    { PUNCTUAL_EVENTS_URL: 'https://a.example,https://a.example', PUNCTUAL_EVENTS_SECRETS: signing },
    /^PUNCTUAL_EVENTS_URL has the same address twice: remove one\.$/,
  ],
  [
    { PUNCTUAL_EVENTS_URL: 'https://a.example,http://b.example', PUNCTUAL_EVENTS_SECRETS: signing },
    /^PUNCTUAL_EVENTS_URL must be an https address/,
  ],
]

test('each wrong setting of the service is refused with one sentence that names it', () => {
  for (const [settings, sentence] of wrong) {
    assert.throws(
      () => read(settings),
      (error: Error & { exitCode?: number }) => {
        assert.match(error.message, sentence)
        assert.ok(!error.message.includes('hush') && !error.message.includes('\n'))
        return error.exitCode === 2
      },
    )
  }
})

test('in the environment, a misspelt setting gets a remark, and what belongs to another program gets none', () => {
  const { remarks } = read({
    PUNCTUAL_PROT: '1',
    PUNCTUAL_PROXY_ADDRESS: '1',
    CALENDLY_SCOPE: 'users:read',
    CALENDLY_PERSONAL_ACCESS_TOKEN: '1',
    CALCOM_LICENSE_KEY_OF_ANOTHER: '1',
    calendly_scopes: '1',
    // What Kubernetes sets for a service that is called punctual.
    PUNCTUAL_SERVICE_HOST: '10.0.0.1',
    PUNCTUAL_PORT_4600_TCP_ADDR: '10.0.0.1',
  })
  const remark = (name: string, remedy: string) =>
    `The environment sets ${name}, which is not a setting of Punctual: ${remedy}`
  assert.deepEqual(remarks, [
    remark('CALENDLY_SCOPE', 'did you mean CALENDLY_SCOPES?'),
    remark('PUNCTUAL_PROT', 'did you mean PUNCTUAL_PORT?'),
    remark('PUNCTUAL_PROXY_ADDRESS', 'correct it if it is meant for Punctual.'),
  ])
})

test('the environment wins over the file', () => {
  const own = emptyFolder()
  writeFileSync(join(own, '.env'), 'PUNCTUAL_TOKENS=off\nPUNCTUAL_LOG_LEVEL=debug\n')
  const { tokens, logLevel } = readSettings({ PUNCTUAL_TOKENS: 'on', PUNCTUAL_LOG_LEVEL: '' }, own)
  assert.deepEqual([tokens, logLevel], [true, 'debug'])
})

test('the clients are those that are configured, each where its settings say', () => {
  const clientsOf = (environment: Record<string, string>) =>
    configuredClients(read(environment), scopesToBook).map(({ client, isReal, app }) => ({
      id: client.id,
      clientId: client.clientId,
      scopes: client.scopes,
      api: client.provider.apiBase,
      isReal,
      app,
    }))
  assert.deepEqual(clientsOf({}), [])
  const own = { CALCOM_CLIENT_ID: 'mine', CALCOM_CLIENT_SECRET: 'hush', CALCOM_SCOPES: 'PROFILE_READ, BOOKING_READ' }
  assert.deepEqual(clientsOf({ ...own, CALCOM_API_URL: 'https://api.cal.example/base' }), [
    {
      id: 'calcom',
      clientId: 'mine',
      scopes: ['PROFILE_READ', 'BOOKING_READ'],
      api: 'https://api.cal.example/base',
      isReal: true,
      app: 'the app mine at https://api.cal.example',
    },
  ])
  const [inSandbox] = clientsOf({
    CALENDLY_AUTH_URL: `${sandbox}/calendly/auth`,
    CALENDLY_API_URL: `${sandbox}/calendly/api`,
  })
  assert.deepEqual(
    [inSandbox?.id, inSandbox?.isReal, inSandbox?.app, inSandbox?.scopes],
    ['calendly', false, `the built-in client of the sandbox at ${sandbox}`, scopesToBook.calendly],
  )
})
