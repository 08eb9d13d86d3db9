// Where a person may be sent back to: every spelling of an address that a browser reads as another one than an application does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { createServer } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/settings.ts'

const baseUrl = 'https://app.example/integrations'

const hostile = [
  // Another host.
  ...[
    'https://evil.example',
    'https://evil.example/',
    'HTTPS://EVIL.EXAMPLE',
    'https:evil.example',
    'https:/evil.example',
  ],
  ...[
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
  ],
  ...[
    '/\\/evil.example',
    '//\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
  ],
  ...[
    ' //evil.example',
    '\u0000//evil.example',
    '\u0001//evil.example',
    'https:\\\\evil.example',
    'https:///evil.example',
  ],
  ...['https://////evil.example', 'ht\ntps://evil.example', '\u00a0https://evil.example', 'https:/\\evil.example'],
  // One that looks like ours.
  ...['https://app.example.evil.example', 'https://app.example@evil.example', 'https://app.example:x@evil.example/'],
  ...[
    'https://app.example%40evil.example',
    'https://evil.example/app.example',
    'https://evil.example?https://app.example/',
  ],
  ...['https://evil.example#https://app.example', 'https://evil.example\\@app.example', 'https:user@app.example'],
  ...[
    'https://app.example:8443/',
    'https://app.example:444',
    'https://sub.app.example',
    'https://app.example.',
    'https://аpp.example',
  ],
  ...['https://app.example%2eevil.example', 'https://app。example.evil.example', 'https://app.example。evil.example'],
  ...[
    'https://[app.example]',
    'https://app.example\u200b.evil.example',
    'https://xn--pp-2ja.example',
    'https://0',
    'https://2130706433',
  ],
  // Ours, with a person or without a lock.
  ...['http://app.example/', 'https://user@app.example/', 'https://user:word@app.example/', 'https://:@evil.example'],
  // Not the web.
  ...[
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
  ],
  ...[
    'javascript://app.example/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
  ],
  ...[
    'blob:https://app.example/1',
    'BLOB:https://app.example/1',
    'filesystem:https://app.example/temporary/x',
    'about:blank',
  ],
  ...[
    'blob:null/1',
    'view-source:https://app.example',
    'intent://app.example#Intent;scheme=https;end',
    'ws://app.example',
  ],
  ...[
    'wss://app.example',
    'ftp://app.example',
    'mailto:ann@app.example',
    'urn:x',
    'app.example:443/x',
    'chrome://settings',
  ],
  // No address at all.
  ...['../x', './/evil.example', 'https:', 'app.example/'],
  ...[
    '',
    'x',
    '?x',
    '#x',
    'evil.example',
    '@evil.example',
    '.evil.example',
    ':',
    'https://',
    'https:// app.example',
    '%2f%2fevil.example',
  ],
  // What is listed, with more than a query.
  ...[
    'https://other.example/page/',
    'https://other.example/page/x',
    'https://other.example/Page',
    'https://other.example/',
  ],
  ...[
    'https://other.example/page/../else',
    'https://other.example/page%2f..',
    'http://other.example/page',
    'https://other.example:8443/page',
  ],
  ...[
    'https://exact.example/?a=1&b=2',
    'https://exact.example/',
    'https://exact.example/?a=2',
    'https://exact.example/?A=1',
  ],
]

const harmless = {
  '/': 'https://app.example/',
  '/settings?tab=calendar#top': 'https://app.example/settings?tab=calendar#top',
  '/a/../b': 'https://app.example/b',
  '/%2f%2fevil.example': 'https://app.example/%2f%2fevil.example',
  '/@evil.example': 'https://app.example/@evil.example',
  'https://app.example\\.evil.example': 'https://app.example/.evil.example',
  'https:app.example': 'https://app.example/',
  'https://APP.example:443/x': 'https://app.example/x',
  'https://app.example/?next=https://evil.example': 'https://app.example/?next=https://evil.example',
  'https://other.example/page?any=thing': 'https://other.example/page?any=thing',
  'https://exact.example/?a=1': 'https://exact.example/?a=1',
}

function place() {
  const options = {
    ...{ baseUrl, keys: [testKey], store: memory(), journal: null, currentOwner: () => 'ada' },
    clients: [calendly({ clientId: 'id', clientSecret: 's', scopes: ['users:read'] })],
    returnTo: ['https://other.example/page', 'https://exact.example/?a=1'],
  }
  return createPunctual(options)
}

test('none of a hundred spellings is accepted, for an attempt, for a session, or in the address of the one click', async (t) => {
  const punctual = place()
  t.after(() => punctual.stop())
  assert.ok(hostile.length >= 100 && new Set(hostile).size === hostile.length, String(hostile.length))
  for (const returnTo of hostile) {
    const refused = { code: 'invalid_argument' }
    await assert.rejects(punctual.begin({ client: 'calendly', owner: 'ada', returnTo }), refused, returnTo)
    await assert.rejects(punctual.connectSessions.create({ owner: 'ada', returnTo }), refused, returnTo)
    const clicked = new URL(`${baseUrl}/connect/calendly`)
    clicked.searchParams.set('returnTo', returnTo)
    const answer = await punctual.handler(new Request(clicked))
    assert.deepEqual(
      [answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')],
      [400, null, null],
    )
  }
})

test('nor over the HTTP API', async (t) => {
  const punctual = place()
  t.after(() => punctual.stop())
  const { key } = await punctual.apiKeys.create({ name: 'back end', scopes: ['admin'] })
  const server = createServer({ punctual, api: { clients: [], baseUrl, requestsPerMinute: 1000 } })
  const created = (returnTo: unknown) =>
    server.request('/v1/connect-sessions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ owner: 'ada', returnTo }),
    })
  for (const returnTo of [...hostile, null, 1, ['/'], { href: '/' }, '\ud800'])
    assert.equal((await created(returnTo)).status, 400, String(returnTo))
  assert.equal((await created('/done')).status, 201)
})

test('an accepted one is kept as a browser reads it', async (t) => {
  const punctual = place()
  t.after(() => punctual.stop())
  for (const [returnTo, kept] of Object.entries(harmless)) {
    await punctual.begin({ client: 'calendly', owner: 'ada', returnTo })
    assert.equal((await punctual.connectSessions.create({ owner: 'ada', returnTo })).returnTo, kept)
  }
})
