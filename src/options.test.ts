import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { PunctualOptions } from './options.ts'
import { createPunctual } from './punctual.ts'
import { memory } from './store/memory.ts'

const client = { id: 'one', provider: {}, clientId: 'x', clientSecret: null, scopes: [] }
const good = {
  baseUrl: 'https://app.example.com/integrations',
  keys: [Buffer.alloc(32, 1).toString('base64url')],
  store: memory(),
  clients: [client],
} as unknown as PunctualOptions

const wrong: [string, Record<string, unknown>, RegExp][] = [
  [
    'an unknown option',
    { baseURL: 'https://x.example' },
    /^createPunctual: baseURL is not an option. The options are baseUrl, keys/,
  ],
  ['plain http', { baseUrl: 'http://app.example.com' }, /^createPunctual: baseUrl must be an https address/],
  ['no address', { baseUrl: 'nonsense' }, /^createPunctual: baseUrl must be/],
  [
    'a user name',
    { baseUrl: 'https://ada@app.example.com' },
    /^createPunctual: baseUrl must be an https address without credentials/,
  ],
  ['a password', { baseUrl: 'https://:c2hvcnQ@app.example.com' }, /^createPunctual: baseUrl must be an https address/],
  ['a query', { baseUrl: 'https://app.example.com/?a=1' }, /^createPunctual: baseUrl must be/],
  ['no keys', { keys: [] }, /key/],
  ['a short key', { keys: ['c2hvcnQ'] }, /must be 32/],
  ['keys that are not a list', { keys: 'abc' }, /^createPunctual: keys must be a list/],
  ['no store', { store: undefined }, /^createPunctual: store must be sqlite\(path\)/],
  ['no clients', { clients: [] }, /^createPunctual: clients is empty. List at least one/],
  ['a stranger among the clients', { clients: [{}] }, /^createPunctual: clients\[0\] must be made by a provider/],
  [
    'two clients of one id',
    { clients: [client, client] },
    /^createPunctual: clients\[1\] has the id "one" of another client/,
  ],
  [
    'a relative return address',
    { returnTo: ['/path'] },
    /^createPunctual: returnTo\[0\] must be a whole address. It is "\/path"/,
  ],
  ['currentOwner that is not a function', { currentOwner: 'me' }, /^createPunctual: currentOwner must be a function/],
  [
    'no concurrency',
    { refreshConcurrency: 0 },
    /^createPunctual: refreshConcurrency must be a whole number from 1 to 1000/,
  ],
  [
    'a clock without a time',
    { clock: { now: () => Number.NaN } },
    /^createPunctual: clock\.now must return milliseconds since 1970\. It returned NaN\.$/,
  ],
  [
    'a clock of objects',
    { clock: { now: () => ({}) } },
    /^createPunctual: clock\.now must return milliseconds since 1970\. It returned a value of the type object\.$/,
  ],
  ['another warmth', { keepWarm: 'sometimes' }, /^createPunctual: keepWarm must be "used", "always" or "never"/],
  [
    'a token memory of more than a minute',
    { tokenMemoryMs: 60_001 },
    /^createPunctual: tokenMemoryMs must be a number of milliseconds from 0 to 60000/,
  ],
  [
    'a token memory below zero',
    { tokenMemoryMs: -1 },
    /^createPunctual: tokenMemoryMs must be a number of milliseconds from 0 to 60000/,
  ],
  [
    'a token memory that is not a number',
    { tokenMemoryMs: Number.NaN },
    /^createPunctual: tokenMemoryMs must be a number of milliseconds from 0 to 60000/,
  ],
  ['a clock without now', { clock: {} }, /^createPunctual: clock must have a function now/],
  ['an empty journal', { journal: '' }, /^createPunctual: journal must be a folder/],
  ['a journal of white space', { journal: ' ' }, /^createPunctual: journal must be a folder/],
  ['an escrow of white space', { escrow: ' ' }, /^createPunctual: escrow must be a folder/],
  [
    'an address as escrow',
    { escrow: 'postgres://u:p@h/d' },
    /^createPunctual: escrow must be a folder, sqliteEscrow\(path\), postgresEscrow\(url\)/,
  ],
  ['an escrow without operations', { escrow: {} }, /^createPunctual: escrow must be a folder, sqliteEscrow\(path\)/],
]

describe('createPunctual', () => {
  for (const [name, change, sentence] of wrong) {
    test(`refuses ${name} with a sentence`, () => {
      assert.throws(
        () => createPunctual({ ...good, ...change }),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'invalid_argument')
          assert.match(error.message, sentence)
          assert.doesNotMatch(error.message, /c2hvcnQ/)
          return true
        },
      )
    })
  }

  test('does not follow later changes of its options', async () => {
    const clients = [client] as unknown as PunctualOptions['clients'][number][]
    const punctual = createPunctual({ ...good, clients })
    clients.length = 0
    await assert.rejects(punctual.begin({ client: 'nobody', owner: 'a', returnTo: '/' }), /must be one of one/)
  })

  for (const returnTo of [
    'https://evil.example/',
    '//evil.example',
    'https://app.example.com@evil.example/',
    'javascript:alert(1)',
    'blob:https://app.example.com/5e0c1cbb',
    'filesystem:https://app.example.com/temporary/page.html',
    'https://user:x@app.example.com/',
    'http://app.example.com/',
  ]) {
    test(`does not redirect to ${returnTo}`, async () => {
      const punctual = createPunctual({ ...good, returnTo: ['https://other.example/in'] })
      await assert.rejects(punctual.begin({ client: 'one', owner: 'a', returnTo }), { code: 'invalid_argument' })
    })
  }
})
