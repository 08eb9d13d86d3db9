// Where an event may be sent: spellings of addresses that lead into a private network, and names that do, at the connection itself.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo, LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { eventsCheck } from '../../src/cli/doctor/checks/events.ts'
import { readAll } from '../../src/cli/doctor/settings/read.ts'
import { systemClock } from '../../src/core/clock.ts'
import { isMetadataAddress, isPublicAddress } from '../../src/core/public-address.ts'
import { secret } from '../../src/core/secret.ts'
import { createPunctual, type PunctualOptions } from '../../src/index.ts'
import { httpDestination } from '../../src/outbox/http-destination.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/settings.ts'

const signing = `whsec_${randomBytes(32).toString('base64')}`
const client = calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })

function optionsWith(deliverTo: NonNullable<PunctualOptions['deliverTo']>): PunctualOptions {
  const kept = { store: memory(), journal: null, keys: [testKey] }
  return { baseUrl: 'https://app.example', clients: [client], deliverTo, ...kept }
}

const privateHosts = [
  ...['10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.1.1', '100.64.0.1', '0.0.0.0', '0', '198.18.0.1'],
  ...['224.0.0.1', '255.255.255.255', '192.0.0.8', '0xa.1', '012.0.0.1', '167772161', '10.1', '0x0a000001'],
  ...['１０.0.0.1', '10。0。0。1', '10.0.0.1.'],
  ...[
    '[::]',
    '[fd00::1]',
    '[fc00::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:7f00:1]',
    '[::10.0.0.1]',
  ],
  ...['[64:ff9b::10.0.0.1]', '[64:ff9b:1::1]', '[2002:a00:1::]', '[2001::1]', '[2001:db8::1]', '[100::1]'],
]

const metadataHosts = [
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::ffff:169.254.169.254]',
  ],
  ...[
    '[64:ff9b::169.254.169.254]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '100.100.100.200',
    '168.63.129.16',
  ],
]

describe('an address of events', () => {
  test('that is one of a private network is refused, in any spelling, unless that is allowed', () => {
    for (const host of privateHosts) {
      const to = { url: `https://${host}/hooks`, secrets: [signing] }
      assert.throws(() => createPunctual(optionsWith(to)), /deliverTo\.url is at an address of a private network/, host)
      createPunctual(optionsWith({ ...to, allowPrivateAddresses: true }))
    }
  })

  test('that is one of metadata services is refused, also where private ones are allowed', () => {
    for (const host of metadataHosts)
      for (const allowPrivateAddresses of [false, true]) {
        const to = { url: `https://${host}/hooks`, secrets: [signing], allowPrivateAddresses }
        assert.throws(
          () => createPunctual(optionsWith(to)),
          /deliverTo\.url is at an address of metadata services/,
          host,
        )
      }
  })

  test('that is not an address of the web, or carries more than an address, is refused', () => {
    for (const url of [
      ...['blob:https://app.example/1', 'data:text/plain,x', 'file:///etc/passwd', 'ftp://app.example', 'javascript:1'],
      ...[
        'gopher://app.example',
        'http://app.example',
        'https://user@app.example',
        'https://app.example/#x',
        '//x',
        'x',
      ],
      ...['http://localhost.evil.example', 'http://app.localhost', 'http://127.0.0.1.evil.example', 'ws://localhost'],
    ])
      assert.throws(() => createPunctual(optionsWith({ url, secrets: [signing] })), /deliverTo\.url must be/, url)
  })

  test('may be public, or on this machine', () => {
    for (const host of [
      'app.example',
      '93.184.215.14',
      '[2606:4700::1111]',
      '127.0.0.1',
      '[::1]',
      'localhost',
      '2130706433',
    ])
      createPunctual(optionsWith({ url: `https://${host}/hooks`, secrets: [signing] }))
  })
})

test('no host of a provider is an address of metadata services', () => {
  const app = { clientId: 'id', clientSecret: 'secret' }
  const scopes = { calendly: ['users:read'], calcom: ['PROFILE_READ'] }
  for (const host of metadataHosts) {
    const api = `https://${host}`
    assert.throws(
      () => calendly({ ...app, scopes: scopes.calendly, hosts: { api } }),
      /hosts\.api must not be an address of metadata/,
      host,
    )
    assert.throws(
      () => calcom({ ...app, scopes: scopes.calcom, hosts: { app: api } }),
      /hosts\.app must not be an address of metadata/,
      host,
    )
  }
  // A Cal.com beside the application is what the hosts are for.
  calcom({ ...app, scopes: scopes.calcom, hosts: { api: 'https://10.0.0.7', app: 'https://cal.internal' } })
})

test('an IP address is judged by what it is, and what is not one is not public', () => {
  for (const address of [
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::1.1.1.1',
  ])
    assert.deepEqual([isPublicAddress(address), isMetadataAddress(address)], [true, false], address)
  for (const address of ['', 'localhost', '1.1.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '127.0.0.1', '::1'])
    assert.equal(isPublicAddress(address), false, address)
  for (const address of ['fe80::1%eth0', '::FFFF:169.254.169.254', '64:ff9b::a9fe:a9fe'])
    assert.ok(isMetadataAddress(address), address)
})

/** A receiver with a certificate, and names whose address is looked up here: a list is gone through, look by look. */
async function startNamed(t: TestContext, looks: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
  t.after(() => rm(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key'), join(folder, 'crt')]
  const name = ['-subj', '/CN=hooks.localhost', '-addext', 'subjectAltName=DNS:hooks.localhost,DNS:localhost']
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...name], { stdio: 'ignore' })
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, readFileSync(cert, 'utf8')])
  const received: string[] = []
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    received.push(String(request.headers['webhook-id']))
    // A connection of its own for each request, so that each looks the name up.
    response.writeHead(204, { connection: 'close' }).end()
  })
  server.listen(0)
  await once(server, 'listening')
  const { lookup } = dns
  let count = 0
  const ours: LookupFunction = (_, options, callback) => {
    const address = looks[Math.min(count++, looks.length - 1)] ?? ''
    const family = address.includes(':') ? 6 : 4
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
  dns.lookup = ours as typeof dns.lookup
  syncBuiltinESMExports()
  t.after(() => {
    dns.lookup = lookup
    syncBuiltinESMExports()
    setDefaultCACertificates(trusted)
    server.closeAllConnections()
    server.close()
  })
  return { url: `https://hooks.localhost:${(server.address() as AddressInfo).port}/`, received, looks: () => count }
}

const event = { id: 'evt_1', type: 'connection.created', at: new Date(), client: 'calendly' } as never

function sender(url: string, allowPrivateAddresses: boolean): () => Promise<void> {
  const init = { clock: systemClock, fetch: globalThis.fetch }
  const send = httpDestination(init, { url, secrets: [secret(signing)], allowPrivateAddresses })
  const delivery = { signal: new AbortController().signal, acknowledge: () => {} }
  return async () => send(event, delivery as never)
}

test('a name that leads into this machine or a private network gets no request, at whichever look it does', async (t) => {
  const { url, received, looks } = await startNamed(t, ['127.0.0.1', '::ffff:127.0.0.1', '::1'])
  const sentence =
    'nothing was sent, because the host is at an address of a private network. If it belongs there, set "allowPrivateAddresses" (PUNCTUAL_ALLOW_PRIVATE_ADDRESSES)'
  for (let look = 0; look < 3; look++) await assert.rejects(sender(url, false), { message: sentence })
  assert.ok(looks() >= 3)
  assert.deepEqual(received, [])
  await sender(url, true)()
  assert.deepEqual(received, ['evt_1'])
})

test('doctor says beforehand that a name leads into a private network, and sends nothing there', async (t) => {
  const { lookup } = dns.promises
  let leadsTo = '10.0.0.7'
  dns.promises.lookup = (async () => [{ address: leadsTo, family: 4 }]) as unknown as typeof lookup
  syncBuiltinESMExports()
  t.after(() => {
    dns.promises.lookup = lookup
    syncBuiltinESMExports()
  })
  const asked: string[] = []
  const look = async (allow: 'on' | 'off') => {
    const url = 'https://hooks.corp.example/punctual?key=hush'
    const environment = {
      PUNCTUAL_EVENTS_URL: url,
      PUNCTUAL_EVENTS_SECRETS: signing,
      PUNCTUAL_ALLOW_PRIVATE_ADDRESSES: allow,
    }
    const reply = { status: 405, headers: {}, text: '', at: 0 }
    const ask = async (address: string | URL) => ({ reply: { ...reply, text: String(asked.push(String(address))) } })
    const database = { look: async () => ({ kind: 'absent' }) } as never
    return eventsCheck({ read: readAll(environment, '/nowhere'), ask, database }).run()
  }
  const refused = await look('off')
  assert.deepEqual([refused.kind, asked.length], ['wrong', 0])
  assert.match(refused.message, /^The receiver of events: hooks\.corp\.example is at an address of a private network/)
  assert.deepEqual([(await look('on')).kind, asked.length], ['ok', 1])
  leadsTo = '169.254.169.254'
  for (const allow of ['on', 'off'] as const) {
    const metadata = await look(allow)
    assert.deepEqual([metadata.kind, asked.length], ['wrong', 1], allow)
    assert.match(metadata.message, /is at an address of metadata services, where no event is ever sent/)
  }
})
