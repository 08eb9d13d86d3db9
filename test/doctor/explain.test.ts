// What `doctor --explain` says about a text, and that it repeats nothing of it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { explain } from '../../src/cli/doctor/explain/explain.ts'
import { eventTexts, webhookRefusals } from '../../src/cli/doctor/words/event-texts.ts'
import { errorReasons } from '../../src/core/errors.ts'
import { serverReasons } from '../../src/server/api/request/codes.ts'

const hidden = ['c0de-of-the-provider', 'st4te-of-the-attempt', 'eyJhbGciOiJIUzI1NiJ9.t0ken.sign4ture']
const [code, state, token] = hidden
const at = `http://localhost:4600/callback/calendly`

const cases: readonly (readonly [text: string, says: RegExp])[] = [
  // Addresses.
  [`${at}?code=${code}&state=${state}`, /provider accepted the person and sent a code/],
  [`${at}/?code=${code}&state=${state}`, /path ends in a slash/],
  [`http://localhost:3000/?code=${code}&state=${state}`, /path has no \/callback/],
  [`http://127.0.0.1:4600/callback/calcom?code=${code}&state=${state}`, /localhost is not sent to 127\.0\.0\.1/],
  [`${at}?code=${code}`, /a code and no state/],
  [`${at}?state=${state}`, /neither a code nor an error/],
  [`${at}?code=${code}&code=${code}&state=${state}`, /is there twice/],
  [at, /without the answer of a provider/],
  [`${at}?error=access_denied&state=${state}`, /person declined/],
  [
    `${at}?error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.&state=${state}`,
    /scope that was asked for[\s\S]*CALENDLY_SCOPES/,
  ],
  [
    `http://localhost:4600/callback/calcom?error=invalid_request&error_description=Requested%20scope%20exceeds%20the%20client's%20registered%20scopes&state=${state}`,
    /not enabled on the client/,
  ],
  [`?error=server_error&state=${state}`, /provider failed/],
  ['https://app.example.com/done?punctual=failed&error=attempt_refused&reason=expired', /longer than ten minutes/],
  ['https://app.example.com/done?punctual=failed&error=access_denied', /person declined/],
  ['https://app.example.com/done?punctual=connected&connection=conn_1', /was connected/],
  ['https://app.example.com/done?punctual_session=attempt_1', /code is held[\s\S]*complete/],
  [`https://auth.calendly.com/oauth/authorize?client_id=x&redirect_uri=y&state=${state}`, /lacks response_type, scope/],

  // Bodies of the providers.
  [
    '{"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."}',
    /same for both/,
  ],
  [
    '{"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."}',
    /Calendly does not accept the code or the refresh token/,
  ],
  ['{"error":"invalid_client","error_description":"client_not_found"}', /Cal\.com does not know the client id/],
  [
    '{"error":"invalid_client","error_description":"invalid_client_credentials"}',
    /knows the client id, and the secret is not/,
  ],
  ['{"error":"invalid_grant","error_description":"redirect_uri_mismatch"}', /does not know the redirect URI/],
  ['{"error":"unauthorized_client","error_description":"client_not_approved"}', /has not approved the client/],
  ['{"error":"invalid_grant","error_description":"refresh_token_revoked"}', /used before/],
  [
    '{"error":"invalid_request","error_description":"scope property is wrong,property scope should not exist "}',
    /exactly the fields/,
  ],
  [
    '{"title":"Insufficient scope","message":"This operation requires the scopes listed in the \'required_scopes\' array.","required_scopes":["users:read"]}',
    /has not granted a scope/,
  ],
  ['{"title":"Permission Denied","message":"Please upgrade to a paid Calendly account."}', /plan of the account/],
  ['{"title":"Unauthenticated","message":"The access token was revoked"}', /does not accept the access token/],
  [
    `{"status":"error","path":"/v2/bookings","error":{"code":"ForbiddenException","message":"PermissionsGuard - no oAuth client found for access token=${token}"}}`,
    /treat that body as a secret/,
  ],
  [
    '{"status":"error","error":{"code":"ThrottlerException","message":"CustomThrottlerGuard - Too many requests."}}',
    /60 seconds/,
  ],
  [
    '<p role="alert">redirect_uri does not match any of the OAuth client&#39;s registered redirect URIs</p>',
    /does not know the redirect URI/,
  ],
  ["The requested redirect URI is malformed or doesn't match the client redirect URI.", /not registered for this app/],

  // Ours.
  [
    `{"level":"warn","time":"2026-11-27T10:00:00.000Z","message":"webhook.refused","client":"calendly","reason":"bad_signature"}`,
    /signature does not fit[\s\S]*CALENDLY_WEBHOOK_KEY/,
  ],
  [
    '{"level":"error","message":"fault","code":"store_unavailable","reason":"ECONNREFUSED","detail":"…"}',
    /database cannot be used[\s\S]*refuses connections/,
  ],
  [
    '{"level":"error","message":"fault","code":"deliver_to_failed","reason":"ETIMEDOUT"}',
    /did not acknowledge an event/,
  ],
  ['{"code":"store_unavailable","reason":"28P01"}', /refuses the user or the password/],
  [
    '{"type":"https://…#provider_refused","status":422,"code":"provider_refused","reason":"slot_taken"}',
    /time is not free/,
  ],
  ['10:12:01  calendly: a webhook was refused, too_old (conn_1)', /signed too long ago/],
  ["PunctualError: … { code: 'needs_reconnect', reason: 'outcome_unknown' }", /an earlier answer was lost/],
  ['Another process has been changing the schema of the database for 120 s.', /upgrading/],
  ['/data/punctual.db was written by a newer version of Punctual; update this one.', /newer_schema/],
  ['The journal of refreshed tokens cannot be written (EACCES): …', /journal_unwritable/],
  ['createPunctual: keys[0] must be 32 bytes in base64url.', /An option or an argument is wrong/],
  ['PUNCTUAL_PORT is "http": give a port from 1 to 65535.', /refuses the setting PUNCTUAL_PORT/],
  [
    'This link belongs to the browser in which the connection was begun, or has been used.',
    /another browser than the one that began/,
  ],

  // Node, TLS, DNS, databases.
  [
    'TypeError: fetch failed { cause: Error: getaddrinfo ENOTFOUND api.calendly.co }',
    /name of the host does not exist/,
  ],
  ['Error: connect ECONNREFUSED 127.0.0.1:5432', /nothing listens/],
  ['Error: self-signed certificate; if the root CA is installed locally, try …', /self-signed/],
  ['Error: certificate has expired', /has expired/],
  ['error: password authentication failed for user "punctual"', /refuses the user or the password/],
  ['error: database "punctual" does not exist', /does not have a database of this name/],
  ['Error: attempt to write a readonly database', /cannot be written/],
  ['listen EADDRINUSE: address already in use :::4600', /another program uses the port/],
]

for (const [text, says] of cases)
  test(`explains: ${text.slice(0, 90)}`, () => {
    const { known, message, fix } = explain(text)
    assert.match(`${message}\n${fix}`, says)
    assert.ok(known)
    for (const one of hidden) assert.ok(!`${message}${fix}`.includes(one), 'nothing of the text is repeated')
  })

test('every code and every reason of docs/errors.md is known, as an error and as a word', () => {
  for (const [code, reasons] of Object.entries({ ...errorReasons, ...serverReasons }))
    for (const reason of [null, ...reasons]) {
      const { known, message } = explain(JSON.stringify({ code, reason }))
      assert.ok(
        known && message.startsWith(reason === null ? `${code}: ` : `${code}, ${reason}: `),
        `${code} ${reason}`,
      )
      assert.ok(explain(`PunctualError { code: '${code}', reason: '${reason}' }`).known || !code.includes('_'))
      if (reason?.includes('_')) assert.ok(explain(reason).known, reason)
    }
})

test('every event of the log and every reason of a refused webhook is known', () => {
  for (const type of Object.keys(eventTexts)) assert.ok(explain(JSON.stringify({ message: type })).known, type)
  for (const reason of Object.keys(webhookRefusals)) {
    const { message } = explain(JSON.stringify({ message: 'webhook.refused', reason }))
    assert.match(message, new RegExp(`${reason}: `))
  }
})

test("every refusal that was recorded from Cal.com's own code is known", () => {
  const page = readFileSync(new URL('../../docs/providers/calcom.md', import.meta.url), 'utf8')
  const reasons =
    page.match(/`(client_\w+|code_\w+|invalid_refresh_token|refresh_token_revoked|pkce_\w+|redirect_uri_mismatch)`/g) ??
    []
  for (const reason of new Set(reasons.map((one) => one.replaceAll('`', '')))) {
    if (
      /^(client_id|client_secret|code_challenge|code_verifier|code_challenge_method|client_secret_post)$/.test(reason)
    )
      continue
    assert.ok(explain(JSON.stringify({ error: 'invalid_grant', error_description: reason })).known, reason)
  }
})

test('what is not known is said so, with what to send to whom, and without the text', () => {
  const { known, message, fix } = explain(`my printer is on fire ${token}`)
  assert.ok(!known)
  assert.match(`${message} ${fix}`, /not known[\s\S]*X-Request-Id[\s\S]*without codes, states and tokens[\s\S]*issues/)
  assert.ok(!`${message}${fix}`.includes('printer') && !`${message}${fix}`.includes(token ?? ''))
})
