import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { createPunctual, PunctualError, type PunctualOptions } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/host.ts'

const url = 'https://app.example.com/hooks'
const good = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
const short = `whsec_${Buffer.alloc(23, 3).toString('base64')}`
const long = `whsec_${Buffer.alloc(65, 3).toString('base64')}`

const create = (deliverTo: unknown) =>
  createPunctual({
    baseUrl: 'http://localhost:3000',
    keys: [testKey],
    store: memory(),
    clients: [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })],
    journal: null,
    deliverTo: deliverTo as NonNullable<PunctualOptions['deliverTo']>,
  })

const wrong: readonly [what: string, value: unknown, sentence: RegExp][] = [
  [
    'a word',
    'https://app.example.com',
    /^createPunctual: deliverTo must be a function, \{ handler \}, \{ url, secrets \} or \{ feed: true \}\./,
  ],
  ['null', null, /^createPunctual: deliverTo must be a function/],
  ['nothing of use', {}, /^createPunctual: deliverTo must have a handler, a url with its secrets, or feed: true\./],
  [
    'both kinds',
    { url, secrets: [good], handler() {} },
    /must be one of a handler, an address and the feed\. Give the others as a list\./,
  ],
  ['a handler with secrets', { secrets: [good], handler() {} }, /must be one of a handler, an address and the feed/],
  [
    'a handler that is not a function',
    { handler: 'onEvent' },
    /^createPunctual: deliverTo.handler must be a function\./,
  ],
  [
    'an unknown member',
    { url, secret: good },
    /^createPunctual: deliverTo\.secret is not an option\. The options are handler, url,/,
  ],
  ['no secrets', { url }, /^createPunctual: deliverTo.secrets must list at least one secret/],
  [
    'an empty list of secrets',
    { url, secrets: [] },
    /^createPunctual: deliverTo.secrets must list at least one secret/,
  ],
  [
    'secrets that are not a list',
    { url, secrets: good },
    /^createPunctual: deliverTo.secrets must list at least one secret/,
  ],
  [
    'a secret without its prefix',
    { url, secrets: [good.slice(6)] },
    /^createPunctual: deliverTo.secrets\[0\] must be whsec_ and 24 to/,
  ],
  [
    'a short secret',
    { url, secrets: [good, short] },
    /^createPunctual: deliverTo.secrets\[1\] must be whsec_ and 24 to 64 bytes/,
  ],
  [
    'a long secret',
    { url, secrets: [long] },
    /^createPunctual: deliverTo.secrets\[0\] must be whsec_ and 24 to 64 bytes/,
  ],
  [
    'a secret that is not base64',
    { url, secrets: [`${good}!`] },
    /^createPunctual: deliverTo.secrets\[0\] must be whsec_/,
  ],
  [
    'the same secret twice',
    { url, secrets: [good, good] },
    /^createPunctual: deliverTo.secrets has the same secret twice. Remove one\./,
  ],
  [
    'plain http',
    { url: 'http://app.example.com', secrets: [good] },
    /^createPunctual: deliverTo.url must be an https address/,
  ],
  ['a name in the address', { url: 'https://me:pw@app.example.com', secrets: [good] }, /without a user name/],
  [
    'a fragment in the address',
    { url: `${url}#a`, secrets: [good] },
    /^createPunctual: deliverTo.url must be an https address/,
  ],
  [
    'another protocol',
    { url: 'ftp://app.example.com', secrets: [good] },
    /^createPunctual: deliverTo.url must be an https address/,
  ],
  ['no address', { url: 'hooks', secrets: [good] }, /^createPunctual: deliverTo.url must be an https address/],
  ['a feed and an address', { feed: true, url, secrets: [good] }, /must be one of a handler, an address and the feed/],
  ['no feed', { feed: false }, /^createPunctual: deliverTo\.feed must be true, or left out\./],
  ['an empty list', [], /^createPunctual: deliverTo is empty\. List at least one destination, or leave it out\./],
  ['a list with a word', [() => {}, 'feed'], /^createPunctual: deliverTo\[1\] must be a function, \{ handler \}/],
  ['a list with a wrong address', [{ url: 'hooks', secrets: [good] }], /^createPunctual: deliverTo\[0\]\.url must be/],
  ['a list with a short secret', [{ url, secrets: [short] }], /^createPunctual: deliverTo\[0\]\.secrets\[0\] must be/],
  [
    'two functions',
    [() => {}, { handler() {} }],
    /deliverTo\[1\] has the name "handler" of another destination\. Give it/,
  ],
  [
    'one address twice',
    Array(2).fill({ url, secrets: [good] }),
    /deliverTo\[1\] has the name "app\.example\.com-\S{8}"/,
  ],
  ['a name with a space', [{ feed: true, name: 'my feed' }], /deliverTo\[0\]\.name must be up to 100 letters, digits/],
  ['no types', { handler() {}, types: [] }, /^createPunctual: deliverTo\.types is empty/],
  [
    'an unknown type',
    { handler() {}, types: ['connection.made'] },
    /^createPunctual: deliverTo\.types\[0\] "connection\.made" is not a type of event\./,
  ],
]

describe('a wrong deliverTo', () => {
  for (const [what, value, sentence] of wrong) {
    test(`is refused with a sentence that names it: ${what}`, () => {
      assert.throws(
        () => create(value),
        (error) => {
          assert.ok(error instanceof PunctualError)
          assert.equal(error.code, 'invalid_argument')
          assert.match(error.message, sentence)
          for (const secret of [good, short, long]) assert.ok(!error.message.includes(secret.slice(6, 20)))
          return true
        },
      )
    })
  }
})

describe('a right deliverTo', () => {
  test('is accepted in each of its forms', async () => {
    const rights = [
      () => {},
      { handler() {} },
      { url, secrets: [good] },
      { url: new URL('http://localhost:9/hooks'), secrets: [good], types: ['webhook.received'] },
      { feed: true },
      [{ feed: true }],
      [
        () => {},
        { handler() {}, name: 'second' },
        { url, secrets: [good] },
        { url: `${url}/2`, secrets: [good] },
        { url, secrets: [good], name: 'crm' },
        { feed: true, types: ['booking.created'] },
      ],
    ]
    for (const right of rights) await create(right).stop()
  })
})
