// Goes through the parsers with long inputs: each of these would cost one whose work grows with the square of the length many
// minutes. It says which one begins, so that the one that does not end is known. Of src/core/redaction.ts its own tests count steps.

import { parentPort } from 'node:worker_threads'
import { resolveApi } from '../../src/calls/address.ts'
import { explain } from '../../src/cli/doctor/explain/explain.ts'
import { shownText } from '../../src/cli/output/shown-text.ts'
import { isTooDeep, withEscapedSigns } from '../../src/core/json.ts'
import { retryAfterMs } from '../../src/core/retry-after.ts'
import { preferredLanguage } from '../../src/dashboard/connect-page/language.ts'
import { asText, drawJson } from '../../src/dashboard/json-view.ts'
import { createSessionCookie } from '../../src/dashboard/session-cookie.ts'
import { allowedReturn } from '../../src/flow/connect-checks.ts'
import { shownNonce, shownValues } from '../../src/flow/cookies.ts'
import { standardTokenResponse } from '../../src/oauth/answer.ts'
import { isCursor } from '../../src/records/cursor.ts'
import { returnedHeaders } from '../../src/server/api/proxy/headers.ts'
import { proxiedPath } from '../../src/server/api/proxy/path.ts'
import { queryOf } from '../../src/server/api/request/input.ts'
import { hasDotSegment } from '../../src/server/malformed.ts'
import { scrub } from '../../src/server/operation/scrub.ts'
import { parseEnvelope } from '../../src/vault/envelope.ts'
import { clients } from './drawn-input.ts'

const length = 300_000
const units = [
  ...[
    ' ',
    '\t',
    'a',
    '1',
    '-',
    '/',
    '//',
    '%',
    '%2e',
    '%252e',
    '\\',
    ';',
    ',',
    '=',
    '&',
    'a=1&',
    '"',
    '{',
    '[',
    '{"":',
    '.',
  ],
  ...[
    'p1.',
    'eyJ',
    'eyJaaaaaaaa.',
    'code=',
    'token=a ',
    'bearer ',
    'pk_',
    '<a>;rel=next,',
    '<',
    '(',
    '\\u0041',
    '&#65;',
    '#',
    'é',
  ],
]
/** With an end that makes a pattern which has gone all the way begin again. */
const inputs = units.map((unit) => `${unit.repeat(length / unit.length)}!`)

const base = 'https://app.example/in'
const plain = (text: string) => text.replace(/[^\x20-\xff]/g, '').trim()
const headersOf = (name: string, text: string) => new Headers([[name, plain(text)]])
const asking = (name: string, text: string) => new Request(base, { headers: headersOf(name, text) })
const sealer = { seal: (text: string) => text, open: (text: string) => text }

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'the address of a call': (text) => resolveApi(base, text),
  'the path of the proxy': (text) => proxiedPath(`http://x/v1/connections/a/proxy/${text}`),
  'the target of a request': (text) => hasDotSegment(text),
  'a return address': (text) => allowedReturn('begin', { baseUrl: base, returnTo: [] }, text),
  'a query': (text) => queryOf(new URLSearchParams(text)),
  'many names': () => queryOf(new URLSearchParams(Array.from({ length }, (_, at) => [`a${at}`, '']))),
  'cookies of attempts': (text) => [
    shownNonce(base, 'a', asking('cookie', text)),
    shownValues(base, asking('cookie', text)),
  ],
  'a cookie of the operator’s': (text) => createSessionCookie(new URL(base), sealer).read(asking('cookie', text), 0),
  languages: (text) => preferredLanguage(asking('accept-language', text)),
  'a wait': (text) => retryAfterMs(429, headersOf('retry-after', text), 0),
  'headers of an answer': (text) => [
    returnedHeaders(headersOf('link', text)),
    returnedHeaders(headersOf('cache-control', text)),
    returnedHeaders(headersOf('connection', text)),
  ],
  'signatures of webhooks': (text) =>
    clients.map(({ provider }) => [
      provider.webhooks?.claim(headersOf('calendly-webhook-signature', text)),
      provider.webhooks?.claim(headersOf('x-cal-signature-256', text)),
    ]),
  'the answer of a token endpoint': (text) => standardTokenResponse({ status: 200, headers: new Headers(), text }, 0),
  'a form from a token endpoint': (text) =>
    standardTokenResponse(
      { status: 200, headers: headersOf('content-type', 'application/x-www-form-urlencoded'), text },
      0,
    ),
  'the depth of JSON': (text) => isTooDeep(text),
  'a sealed value': (text) => parseEnvelope(text),
  'a cursor': (text) => isCursor(text, true),
  'a line of the log': (text) => scrub(text),
  'a text on a terminal': (text) => [shownText(text), withEscapedSigns(text)],
  'a JSON on a page': (text) => [String(drawJson({ list: [{ text }] })), asText({ text })],
  'a text that doctor explains': (text) => explain(text),
}

for (const [name, parse] of Object.entries(parsers)) {
  parentPort?.postMessage(name)
  for (const text of name === 'many names' ? [''] : inputs) {
    try {
      parse(text)
    } catch {
      // Refused, which is all right: it has ended.
    }
  }
}
parentPort?.postMessage('done')
