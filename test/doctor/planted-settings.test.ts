// One mistake in the settings, or in what a provider has, at a time: doctor names it, and nothing else.

import { test } from 'node:test'
import { assertWrong, ids, look, origin, type Place, type PlaceOptions, secrets, startPlace } from './place.ts'

interface Planted {
  readonly place?: PlaceOptions
  /** The settings that are changed; `undefined` removes one. */
  readonly plant: (place: Place) => Record<string, string | undefined>
  /** The checks that find something wrong, with what they say. */
  readonly says: Readonly<Record<string, RegExp>>
}

const callback = `${origin}/callback`

const cases: Readonly<Record<string, Planted>> = {
  'nothing at all': { plant: () => ({}), says: {} },

  // Credentials.
  'the secret of Calendly is wrong': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: 'an-old-secret-of-the-app' }),
    says: {
      'credentials:calendly': /knows the client id in CALENDLY_CLIENT_ID, and CALENDLY_CLIENT_SECRET is not its secret/,
    },
  },
  'the id of Calendly is wrong': {
    plant: () => ({ CALENDLY_CLIENT_ID: ids.calendly.slice(1) }),
    says: { 'credentials:calendly': /does not know the client id in CALENDLY_CLIENT_ID/ },
  },
  'the secret of Cal.com is wrong': {
    plant: () => ({ CALCOM_CLIENT_SECRET: 'f00d'.repeat(16) }),
    says: { 'credentials:calcom': /knows the client id in CALCOM_CLIENT_ID, and CALCOM_CLIENT_SECRET is not/ },
  },
  'the id of Cal.com is wrong': {
    plant: () => ({ CALCOM_CLIENT_ID: 'f00d'.repeat(16) }),
    says: { 'credentials:calcom': /does not know the client id in CALCOM_CLIENT_ID/ },
  },
  'the secret is that of the client at the other provider': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: secrets.calcom }),
    says: {
      settings: /CALENDLY_CLIENT_SECRET and CALCOM_CLIENT_SECRET have the same value/,
      'credentials:calendly': /CALENDLY_CLIENT_SECRET is not its secret/,
    },
  },
  'the secret is that of another client of the provider': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: 'sandbox-calendly-secret' }),
    says: { 'credentials:calendly': /belongs to another app/ },
  },
  'id and secret have changed places': {
    plant: () => ({ CALCOM_CLIENT_ID: secrets.calcom, CALCOM_CLIENT_SECRET: ids.calcom }),
    says: { 'credentials:calcom': /does not know the client id[\s\S]*(registered|register)/ },
  },
  'the secret is missing': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: undefined }),
    says: {
      settings: /CALENDLY_CLIENT_SECRET is missing while CALENDLY_CLIENT_ID is set/,
      'credentials:calendly': /CALENDLY_CLIENT_SECRET is missing/,
    },
  },
  'an API key of Cal.com stands in place of the secret': {
    plant: () => ({ CALCOM_CLIENT_SECRET: 'cal_live_0123456789abcdef' }),
    says: { settings: /CALCOM_CLIENT_SECRET holds an API key of Cal\.com/, 'credentials:calcom': /is not its secret/ },
  },
  'a placeholder of a tutorial is left': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: 'your-client-secret' }),
    says: { settings: /CALENDLY_CLIENT_SECRET is still a placeholder/, 'credentials:calendly': /is not its secret/ },
  },
  'quotation marks are a part of the secret': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: `"${secrets.calendly}"` }),
    says: { settings: /CALENDLY_CLIENT_SECRET has a quotation mark/, 'credentials:calendly': /is not its secret/ },
  },
  'a typographic quotation mark is a part of the id': {
    plant: () => ({ CALCOM_CLIENT_ID: `“${ids.calcom}”` }),
    says: { settings: /CALCOM_CLIENT_ID has a quotation mark/, 'credentials:calcom': /does not know the client id/ },
  },
  'a zero-width space is in the secret': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: `${secrets.calendly}\u200b` }),
    says: {
      settings: /CALENDLY_CLIENT_SECRET has an invisible character/,
      'credentials:calendly': /is not its secret/,
    },
  },
  'white space is inside the secret': {
    plant: () => ({ CALENDLY_CLIENT_SECRET: secrets.calendly.replace('-secret', ' -secret') }),
    says: { settings: /CALENDLY_CLIENT_SECRET has white space inside/, 'credentials:calendly': /is not its secret/ },
  },
  'the whole line was pasted as the value': {
    plant: () => ({ CALCOM_CLIENT_SECRET: `CALCOM_CLIENT_SECRET=${secrets.calcom}` }),
    says: {
      settings: /value of CALCOM_CLIENT_SECRET begins with the name of a setting/,
      'credentials:calcom': /is not its secret/,
    },
  },

  // The callback.
  'the callback is registered with a slash at its end': {
    place: { redirectUris: { calendly: [`${callback}/calendly/`] } },
    plant: () => ({}),
    says: {
      'callback:calendly':
        /does not have the redirect URI \S+\/callback\/calendly\. It has \S+\/calendly\/ instead: it has a slash at its end/,
    },
  },
  'the callback is registered with another port': {
    place: { redirectUris: { calcom: ['http://localhost:3000/callback/calcom'] } },
    plant: () => ({}),
    says: { 'callback:calcom': /It has http:\/\/localhost:3000\/callback\/calcom instead: it has the port 3000/ },
  },
  'the callback is registered for 127.0.0.1, and the service is at localhost': {
    place: { redirectUris: { calendly: ['http://127.0.0.1:4699/callback/calendly'] } },
    plant: () => ({}),
    says: { 'callback:calendly': /instead: it has 127\.0\.0\.1 as its host/ },
  },
  'the service is at 127.0.0.1, and the callback is registered for localhost': {
    plant: () => ({ PUNCTUAL_URL: 'http://127.0.0.1:4699' }),
    says: {
      'callback:calendly':
        /does not have the redirect URI http:\/\/127\.0\.0\.1:4699\S+ It has \S+ instead: it has localhost as its host/,
      'callback:calcom': /instead: it has localhost as its host/,
    },
  },
  'the callback is registered without the path of the service': {
    plant: () => ({ PUNCTUAL_URL: `${origin}/punctual` }),
    says: {
      'callback:calendly': /instead: the path of PUNCTUAL_URL is missing/,
      'callback:calcom': /instead: the path of PUNCTUAL_URL is missing/,
    },
  },
  'the callback of the other client is registered': {
    place: { redirectUris: { calcom: [`${callback}/calendly`] } },
    plant: () => ({}),
    says: { 'callback:calcom': /instead: it is the one of another client/ },
  },
  'the address of the service is registered in place of the callback': {
    place: { redirectUris: { calcom: [origin] } },
    plant: () => ({}),
    says: { 'callback:calcom': /instead: it is the address of the service without/ },
  },
  'something that nobody thinks of is registered': {
    place: { redirectUris: { calendly: [`${origin}/auth/return`] } },
    plant: () => ({}),
    says: {
      'callback:calendly':
        /The sandbox says: redirect_uri differs from the registered one at character \d+\.\n?[\s\S]*Register exactly this redirect URI/,
    },
  },

  // The address of the service.
  'the address is plain http for a public host': {
    plant: () => ({ PUNCTUAL_URL: 'http://app.example.com' }),
    says: {
      settings: /PUNCTUAL_URL must begin with https/,
      base_url: /must begin with https[\s\S]*Set PUNCTUAL_URL to https:\/\/app\.example\.com/,
      'callback:calendly': /PUNCTUAL_URL is wrong/,
      'callback:calcom': /PUNCTUAL_URL is wrong/,
      'webhooks:calendly': /PUNCTUAL_URL, which is wrong/,
      'webhooks:calcom': /PUNCTUAL_URL, which is wrong/,
    },
  },
  'the address has no scheme': {
    plant: () => ({ PUNCTUAL_URL: 'app.example.com' }),
    says: {
      settings: /PUNCTUAL_URL is not an address/,
      base_url: /https:\/\/ in front of the host/,
      'callback:calendly': /PUNCTUAL_URL is wrong/,
      'callback:calcom': /PUNCTUAL_URL is wrong/,
      'webhooks:calendly': /PUNCTUAL_URL/,
      'webhooks:calcom': /PUNCTUAL_URL/,
    },
  },
  'the address is that of the callback': {
    plant: () => ({ PUNCTUAL_URL: `${callback}/calendly` }),
    says: {
      base_url: /ends in \/callback, which Punctual adds itself[\s\S]*Set PUNCTUAL_URL to http:\/\/localhost:4699\./,
      'callback:calendly': /instead: the path of PUNCTUAL_URL is missing/,
      'callback:calcom': /instead: the path of PUNCTUAL_URL is missing/,
    },
  },

  // Scopes.
  'a scope is misspelt': {
    plant: () => ({ CALENDLY_SCOPES: 'users:read event_typse:read' }),
    says: { 'scopes:calendly': /event_typse:read \(did you mean event_types:read\?\)/ },
  },
  'a scope of Cal.com is written as at Calendly': {
    plant: () => ({ CALCOM_SCOPES: 'PROFILE_READ bookings:read' }),
    says: { 'scopes:calcom': /"bookings:read" is not a scope of Cal\.com/ },
  },
  'a scope is not enabled on the app': {
    place: { scopes: { calendly: ['users:read', 'event_types:read'] } },
    plant: () => ({ CALENDLY_SCOPES: 'users:read event_types:read webhooks:write' }),
    says: { 'scopes:calendly': /not enabled on the app\. Refused: webhooks:write\./ },
  },
  'a scope is not enabled on the client of Cal.com': {
    place: { scopes: { calcom: ['PROFILE_READ', 'BOOKING_READ'] } },
    plant: () => ({ CALCOM_SCOPES: 'PROFILE_READ BOOKING_READ BOOKING_WRITE' }),
    says: { 'scopes:calcom': /not enabled on the client\. Refused: BOOKING_WRITE\./ },
  },
  'the scope that names the account is missing': {
    plant: () => ({ CALCOM_SCOPES: 'BOOKING_READ' }),
    says: { 'scopes:calcom': /must have 'PROFILE_READ'/ },
  },
  'the scope of old apps stands beside new ones': {
    plant: () => ({ CALENDLY_SCOPES: 'default users:read' }),
    says: { 'scopes:calendly': /has "default" beside other scopes/ },
  },

  // Webhooks.
  'the webhook key is the client secret': {
    plant: () => ({ CALENDLY_WEBHOOK_KEY: secrets.calendly }),
    says: {
      settings: /CALENDLY_CLIENT_SECRET and CALENDLY_WEBHOOK_KEY have the same value/,
      'webhooks:calendly': /CALENDLY_WEBHOOK_KEY is the client secret/,
    },
  },
  'the webhook key is a secret of events': {
    plant: () => ({ CALENDLY_WEBHOOK_KEY: secrets.events }),
    says: {
      settings: /CALENDLY_WEBHOOK_KEY holds a signing secret of events/,
      'webhooks:calendly': /CALENDLY_WEBHOOK_KEY is a signing secret of events/,
    },
  },
  'the webhook key was cut': {
    plant: () => ({ CALENDLY_WEBHOOK_KEY: 'the-web' }),
    says: { 'webhooks:calendly': /CALENDLY_WEBHOOK_KEY has 7 characters: it was cut/ },
  },
  'the webhook key has an empty part': {
    plant: () => ({ CALENDLY_WEBHOOK_KEY: `${secrets.webhookKey},` }),
    says: { settings: /CALENDLY_WEBHOOK_KEY has an empty part/, 'webhooks:calendly': /has an empty part/ },
  },

  // Addresses of the providers.
  'the address of the sandbox lacks its path': {
    plant: ({ sandbox }) => ({ CALENDLY_AUTH_URL: sandbox.url, CALENDLY_API_URL: `${sandbox.url}/calendly` }),
    says: {
      'credentials:calendly':
        /not a token endpoint of Calendly[\s\S]*CALENDLY_AUTH_URL to \S+\/calendly\/auth[\s\S]*CALENDLY_API_URL to \S+\/calendly\/api/,
      'callback:calendly': /no consent page of Calendly[\s\S]*CALENDLY_AUTH_URL/,
    },
  },
  'the address of the API has the version at its end': {
    plant: ({ sandbox }) => ({ CALCOM_API_URL: `${sandbox.calcom.hosts.api}/v2` }),
    says: {
      settings: /CALCOM_API_URL ends in the version of the API/,
      'credentials:calcom': /not a token endpoint of Cal\.com/,
    },
  },
  'the address of the consent page has its path at its end': {
    plant: ({ sandbox }) => ({ CALENDLY_AUTH_URL: `${sandbox.calendly.hosts.auth}/oauth` }),
    says: {
      settings: /CALENDLY_AUTH_URL has the path of an endpoint/,
      'credentials:calendly': /not a token endpoint/,
      'callback:calendly': /no consent page/,
    },
  },
  'only one of the addresses of a sandbox is set': {
    plant: () => ({ CALCOM_API_URL: undefined, CALCOM_CLIENT_ID: undefined, CALCOM_CLIENT_SECRET: undefined }),
    says: {
      settings: /CALCOM_API_URL is missing while CALCOM_APP_URL is set/,
      'credentials:calcom': /CALCOM_API_URL is missing/,
    },
  },

  // Names.
  'a setting is misspelt': {
    plant: () => ({ PUNCTUAL_ULR: origin }),
    says: { settings: /PUNCTUAL_ULR \(in the environment\) is not a setting[\s\S]*Did you mean PUNCTUAL_URL\?/ },
  },
  'a setting has the name of another tool': {
    plant: () => ({ PUNCTUAL_DATABASE_URL: 'postgres://db/x', PUNCTUAL_BASE_URL: origin, CALENDLY_CLIENT_IDD: 'x' }),
    says: {
      settings: /Did you mean CALENDLY_CLIENT_ID\? Did you mean PUNCTUAL_URL\? Did you mean PUNCTUAL_DATABASE\?/,
    },
  },
  'no app is configured': {
    plant: ({ settings }) =>
      Object.fromEntries(Object.keys(settings).map((name) => [name, /^CAL/.test(name) ? undefined : settings[name]])),
    says: { settings: /No OAuth app is configured/ },
  },
}

test('each mistake in the settings is named, and no other', { concurrency: 4 }, async (t) => {
  for (const [title, { place, plant, says }] of Object.entries(cases))
    await t.test(title, async (t) => {
      const here = await startPlace(t, place)
      assertWrong(await look(here, { settings: plant(here) }), says)
    })
})
