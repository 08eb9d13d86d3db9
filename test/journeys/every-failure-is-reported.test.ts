// Every failure is reported to the listeners, once, with what to do.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createConsumer, settle } from '../outbox/consumer.ts'
import { alter, faultsOf, folderOf, hastyClock } from '../support/fault-recorder.ts'
import { baseUrl, startHost, startQuietHost, testKey } from '../support/host.ts'

/** An address on this machine at which nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `127.0.0.1:${port}`
}

describe('a "deliverTo" that throws', () => {
  test('is reported once for each kind of error, without the error message', async (t) => {
    const consumer = createConsumer(() => {
      throw new TypeError('the password is hunter2')
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    const faults = faultsOf(host.punctual)
    await host.connect('calendly')
    host.person = 'bob'
    await host.connect('calendly')
    host.punctual.start()
    await consumer.until(6)
    await host.punctual.stop()
    assert.equal(faults.length, 1)
    const [fault] = faults
    assert.deepEqual([fault?.code, fault?.reason], ['deliver_to_failed', 'TypeError'])
    assert.match(
      fault?.message ?? '',
      /^"deliverTo" \(PUNCTUAL_EVENTS_URL\) failed with connection\.created \(evt_\w+\): the handler threw \(TypeError\)\. The event comes again/,
    )
  })

  test('is reported even after it has acknowledged', async (t) => {
    const consumer = createConsumer(async (_, { acknowledge }) => {
      await acknowledge()
      throw new RangeError('later')
    })
    const host = await startQuietHost(t, { deliverTo: consumer.handler })
    const faults = faultsOf(host.punctual)
    await host.connect('calendly')
    await consumer.until(1)
    await settle()
    assert.match(faults[0]?.message ?? '', /RangeError.* was already acknowledged, and is not dispatched again/)
  })

  test('and an address that refuses are reported with the cause', async (t) => {
    const secrets = [`whsec_${Buffer.alloc(24, 1).toString('base64')}`]
    const host = await startHost(t, { deliverTo: { url: `http://${await closedPort()}/hooks`, secrets } })
    const faults = faultsOf(host.punctual)
    const reported = new Promise<void>((resolve) =>
      host.punctual.on(({ type }) => void (type === 'fault' && resolve())),
    )
    await host.connect('calendly')
    await reported
    assert.match(
      faults[0]?.message ?? '',
      /^"deliverTo" \(PUNCTUAL_EVENTS_URL\) failed with .*: the connection failed \(ECONNREFUSED\)/,
    )
    assert.equal(faults[0]?.reason, 'not_taken')
  })
})

describe('a listener that fails', () => {
  test('at once or later stops nothing, and is reported to the other listeners once', async (t) => {
    const host = await startHost(t)
    host.punctual.on(() => {
      throw new TypeError('the log is full')
    })
    host.punctual.on(async () => {
      throw Object.assign(new Error('the log is full'), { code: 'ENOSPC' })
    })
    const faults = faultsOf(host.punctual)
    await host.connect('calendly')
    await host.connect('calcom')
    await settle()
    assert.deepEqual(
      faults.map(({ code, reason }) => `${code} ${reason}`),
      ['listener_failed TypeError', 'listener_failed ENOSPC'],
    )
    assert.ok(!JSON.stringify(faults).includes('the log is full'))
  })

  test('and is the only one is reported on stderr, in one line', async (t) => {
    const host = await startHost(t)
    const { mock } = t.mock.method(console, 'error', () => {})
    host.punctual.on(() => {
      throw new TypeError('the log\nis full')
    })
    await host.connect('calendly')
    await host.connect('calcom')
    const lines = mock.calls.map(({ arguments: [line] }) => String(line))
    assert.deepEqual(lines, ['punctual: A listener of punctual.on failed (TypeError). Catch the error in it.'])
  })
})

describe('without any listener so far', () => {
  test('every failure is written to stderr, once and in one line', async (t) => {
    const lines: string[] = []
    t.mock.method(console, 'error', (line: string) => lines.push(line))
    const consumer = createConsumer(() => {
      throw new TypeError('the password is hunter2')
    })
    const host = await startQuietHost(t)
    const file = join(folderOf(t), 'punctual.db')
    const punctual = createPunctual({
      baseUrl,
      keys: [testKey],
      store: sqlite(file),
      clients: [calendly({ ...host.sandbox.calendly, scopes: ['users:read'] })],
      currentOwner: () => {
        throw new Error('the password is hunter2')
      },
      journal: null,
      deliverTo: consumer.handler,
      clock: host.clock,
      fetch: (input, init) => host.sandbox.handler(new Request(input, init)),
    })
    t.after(() => punctual.stop())
    const asked = () => punctual.handler(new Request(`${baseUrl}/connect/calendly`))
    await assert.rejects(asked(), /hunter2/)
    await assert.rejects(asked(), /hunter2/)
    await punctual.ready()
    alter(file, 'drop table attempts')
    const begin = () => punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/' })
    await assert.rejects(begin(), { code: 'store_unavailable' })
    await assert.rejects(begin(), { code: 'store_unavailable' })
    await settle()
    assert.equal(lines.length, 2)
    assert.equal(lines[0], 'punctual: something failed (Error). See what with punctual.on(listener).')
    assert.match(
      lines[1] ?? '',
      /^punctual: The database .* does not have the table "attempts" \(SQLITE_ERROR\); .*\.$/,
    )
  })
})

describe('while connecting', () => {
  test('a host that cannot be reached is reported once, with its name and the code', async (t) => {
    const host = await startHost(t)
    const closed = await closedPort()
    const client = calendly({
      ...host.sandbox.calendly,
      hosts: { ...host.sandbox.calendly.hosts, api: `http://${closed}` },
      scopes: ['users:read'],
    })
    const through = host.another({ clients: [client], clock: hastyClock })
    const faults = faultsOf(through)
    assert.equal((await host.travel('calendly', { through })).searchParams.get('error'), 'provider_unavailable')
    assert.equal(faults.length, 1)
    assert.deepEqual(faults[0], {
      code: 'provider_unavailable',
      reason: 'ECONNREFUSED',
      message: `${closed} cannot be reached (ECONNREFUSED): nothing listens there. Correct "hosts", or start it.`,
    })
  })

  test('a certificate that is not trusted is reported with the option to set', async (t) => {
    const host = await startHost(t)
    const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    const through = host.another({
      fetch: async () => {
        throw new TypeError('fetch failed', { cause })
      },
      clock: hastyClock,
    })
    const faults = faultsOf(through)
    await host.travel('calendly', { through })
    assert.equal(faults.length, 1)
    assert.match(faults[0]?.message ?? '', /\(DEPTH_ZERO_SELF_SIGNED_CERT\).* NODE_EXTRA_CA_CERTS\.$/)
  })

  test('a currentOwner that returns no text is reported by its name', async (t) => {
    const host = await startHost(t)
    for (const [returned, what] of [
      [42, 'a value of the type number'],
      ['', 'an empty text'],
    ]) {
      const punctual = host.another({ currentOwner: () => returned as string })
      const faults = faultsOf(punctual)
      const message = `createPunctual: currentOwner must return the id of the owner who is signed in, as a text, or null. It returned ${what}.`
      const asked = punctual.handler(new Request(`${baseUrl}/connect/calendly`))
      await assert.rejects(asked, { code: 'invalid_argument', message })
      assert.deepEqual(
        faults.map((fault) => fault.message),
        [message],
      )
    }
  })
})
