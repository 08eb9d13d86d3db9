import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from './options.ts'
import { createSandbox } from './sandbox.ts'

const refused: [unknown, RegExp][] = [
  [{ port: 'x' }, /^The sandbox option "port" is wrong: give a number from 0 to 65535\.$/],
  [{ port: 70_000 }, /"port" is wrong: give a number/],
  [{ prot: 1 }, /^The sandbox option "prot" does not exist: remove it or correct its spelling\.$/],
  [{ url: 'https://a.example/path' }, /"url" is wrong: give an origin/],
  [{ now: 5 }, /"now" is wrong: give a function/],
  [{ clients: [{ provider: 'calendly' }] }, /"clients\[0\]\.redirectUris" is wrong: give a list of absolute addresses/],
  [
    { clients: [{ provider: 'calcom', redirectUris: ['http://a.example/'] }] },
    /"clients\[0\]\.redirectUris" is wrong: Cal\.com/,
  ],
  [{ accounts: [{ provider: 'calendly', id: '!' }] }, /"accounts\[0\]\.id" is wrong/],
  [{ switches: { nope: 1 } }, /"switches\.nope" does not exist/],
  [
    { clients: [{ provider: 'calendly', kind: 'web', redirectUris: 'loopback' }] },
    /"clients\[0\]\.secret" is wrong: give the client/,
  ],
  [
    { clients: [{ provider: 'calcom', type: 'PUBLIC', secret: 's', redirectUris: 'loopback' }] },
    /"clients\[0\]\.secret" is wrong: leave it out/,
  ],
  [{ file: '' }, /"file" is wrong: give a path/],
]

test('a wrong option is refused with one sentence that names it', async () => {
  for (const [options, message] of refused) {
    await assert.rejects(createSandbox(options as SandboxOptions), (error: Error & { code?: string }) => {
      assert.equal(error.name, 'SandboxOptionError')
      assert.equal(error.code, 'invalid_argument')
      assert.match(error.message, message)
      return true
    })
  }
})

test('a port that is in use is refused with one sentence, too', async (t) => {
  const first = await createSandbox()
  t.after(() => first[Symbol.asyncDispose]())
  const port = Number(new URL(first.url).port)
  await assert.rejects(createSandbox({ port }), { message: /cannot listen on 127\.0\.0\.1:\d+: choose another "port"/ })
})

test('without a socket the origin is sandbox.test, or the origin of the option', async () => {
  const plain = await createSandbox({ listen: false })
  assert.equal(plain.url, 'http://sandbox.test')
  const named = await createSandbox({ listen: false, url: 'https://box.example/' })
  assert.equal(named.url, 'https://box.example')
  assert.equal(named.calendly.hosts.api, 'https://box.example/calendly/api')
})

test('the same time and random numbers make the same sandbox', async () => {
  const run = async (): Promise<string> => {
    let at = 0
    const random = (bytes: number) => new Uint8Array(bytes).map(() => (at = (at * 31 + 7) % 251))
    const sandbox = await createSandbox({ listen: false, now: () => 1_700_000_000_000, random })
    const query = new URLSearchParams({
      client_id: sandbox.calcom.clientId,
      redirect_uri: 'http://localhost/',
      state: 's',
    })
    query.set('scope', 'PROFILE_READ')
    const target = await sandbox.authorize({ url: `${sandbox.calcom.hosts.app}/auth/oauth2/authorize?${query}` })
    return target.href + JSON.stringify(sandbox.requests())
  }
  assert.equal(await run(), await run())
})
