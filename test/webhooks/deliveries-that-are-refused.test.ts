// Deliveries that the address of a subscription refuses: the sender does not learn the reason, the operator does.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { PunctualError } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { baseUrl, sandboxClients, setFault } from '../support/host.ts'
import { type Case, cases, type Listening, monday, type Sent, signed, startListening } from './host.ts'

const hour = 3_600_000

/** One subscription, one genuine delivery that has not arrived, and functions that forge others. */
async function received(t: Parameters<typeof startListening>[0], of: Case, options = {}) {
  let silent = true
  const host: Listening & { first?: Sent } = await startListening(t, options, {
    async deliver(url, { headers, body }) {
      if (silent) host.sent.push({ url, headers, body, status: 0 })
      return new Response()
    },
  })
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  silent = false
  const [first] = host.sent
  assert.ok(first)
  const key = await host.keyOf(of, first.url)
  const forge = (change: object, at = host.sandbox.clock.now()) => {
    const body = JSON.stringify({ ...JSON.parse(first.body), ...change })
    return host.post(first.url, { body, headers: signed(of, body, key, at) })
  }
  const raw = (body: string) => host.post(first.url, { body, headers: signed(of, body, key, host.sandbox.clock.now()) })
  const reasons = () => host.events.flatMap((event) => (event.type === 'webhook.refused' ? event.reason : []))
  return { host, connection, first, key, forge, raw, reasons }
}

for (const of of cases) {
  describe(`from ${of.client}`, () => {
    test('a wrong signature, a missing signature and a changed body get the same answer, which gives no reason', async (t) => {
      const { host, first, reasons } = await received(t, of)
      const [[name = '', value = '']] = Object.entries(signed(of, first.body, 'x', 0)) as [[string, string]]
      const genuine = new Headers(first.headers).get(name) ?? ''
      const last = genuine.at(-1) === '0' ? '1' : '0'
      const wrong: [Record<string, string>, string, string][] = [
        [signed(of, first.body, 'another key', host.sandbox.clock.now()), first.body, 'bad_signature'],
        [{ [name]: genuine.slice(0, -1) + last }, first.body, 'bad_signature'],
        [{ [name]: genuine }, `${first.body} `, 'bad_signature'],
        [{}, first.body, 'not_signed'],
        [{ [name]: '' }, first.body, 'not_signed'],
        [{ [name]: 'no-secret-provided' }, first.body, 'not_signed'],
        [{ [name]: `sha256=${genuine}` }, first.body, 'not_signed'],
        [{ [name]: value.toUpperCase() }, first.body, 'not_signed'],
        [{ [name]: genuine.slice(0, -1) }, first.body, 'not_signed'],
      ]
      const answers = new Set<string>()
      for (const [headers, body, reason] of wrong) {
        const answer = await host.post(first.url, { headers, body })
        answers.add(`${answer.status} ${await answer.text()}`)
        assert.equal(reasons().at(-1), reason)
      }
      assert.deepEqual([...answers], ['401 The delivery is refused.\n'])
      assert.deepEqual(host.received(), [])
      assert.equal((await host.post(first.url, first)).status, 200)
      assert.deepEqual(host.received(), [of.events[0]])
    })

    test('a subscription without a secret accepts nothing, not even a body that is signed with an empty secret', async (t) => {
      const { host, first, reasons } = await received(t, of)
      const clients = [
        calendly({ ...host.sandbox.calendly, scopes: ['users:read'] }),
        ...sandboxClients(host.sandbox).slice(1),
      ]
      const update = { secrets: null }
      await host.store.subscriptions.update(first.url.split('/').at(-1) ?? '', ['active'], update)
      const keyless = host.another({ clients })
      keyless.on((event) => host.events.push(event))
      for (const headers of [first.headers, signed(of, first.body, '', host.sandbox.clock.now())]) {
        const answer = await keyless.handler(new Request(first.url, { method: 'POST', headers, body: first.body }))
        assert.equal(answer.status, 401)
        assert.equal(reasons().at(-1), 'no_secret')
      }
      assert.deepEqual(host.received(), [])
    })

    test('another method, an unknown address and the address of another client are refused', async (t) => {
      const { host, first } = await received(t, of)
      const ask = (url: string, method = 'POST') => {
        const init = { method, headers: first.headers, ...(method === 'POST' && { body: first.body }) }
        return host.punctual.handler(new Request(url, init))
      }
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await ask(first.url, method)
        assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST'])
      }
      const other = of.client === 'calendly' ? 'calcom' : 'calendly'
      assert.equal((await ask(`${baseUrl}/webhooks/${of.client}/hook_AAAAAAAAAAAAAAAAAAAAAA`)).status, 404)
      assert.equal((await ask(first.url.replace(`/${of.client}/`, `/${other}/`))).status, 404)
      assert.equal((await ask(`${baseUrl}/webhooks/nobody/hook_AAAAAAAAAAAAAAAAAAAAAA`)).status, 404)
      assert.deepEqual(host.received(), [])
    })

    test('a body of a megabyte is accepted, a longer one is refused, and no more than a megabyte is read', async (t) => {
      const { host, first, raw, reasons } = await received(t, of)
      const most = 1_048_576
      const padded = first.body + ' '.repeat(most - Buffer.byteLength(first.body))
      assert.equal((await raw(padded)).status, 200)
      assert.deepEqual(host.received(), [of.events[0]])
      assert.equal((await raw(`${padded} `)).status, 413)
      // Endless and without a length.
      let pulled = 0
      const body = new ReadableStream({
        pull(controller) {
          pulled += 65_536
          controller.enqueue(new Uint8Array(65_536))
        },
      })
      const endless = new Request(first.url, {
        method: 'POST',
        headers: first.headers,
        body,
        duplex: 'half',
      } as RequestInit)
      assert.equal((await host.punctual.handler(endless)).status, 413)
      assert.ok(pulled < most + 4 * 65_536, String(pulled))
      // An announced length is checked before anything is read.
      const announced = new Request(first.url, {
        method: 'POST',
        headers: { ...first.headers, 'content-length': '2000000' },
        body: '{}',
      })
      assert.equal((await host.punctual.handler(announced)).status, 413)
      assert.deepEqual(reasons(), ['too_long', 'too_long', 'too_long'])
    })

    test('a body that stalls is refused after a deadline', async (t) => {
      const { host, first } = await received(t, of)
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) })
      const slow = new Request(first.url, {
        method: 'POST',
        headers: first.headers,
        body,
        duplex: 'half',
      } as RequestInit)
      assert.equal((await host.punctual.handler(slow)).status, 408)
    })

    test('a signed body that is not a message of the provider is refused or ignored', async (t) => {
      const { raw, forge, reasons, host } = await received(t, of)
      const cases: [string, string][] = [
        ['', 'malformed'],
        ['{"event":', 'malformed'],
        ['not json', 'malformed'],
        [`${'['.repeat(101)}${']'.repeat(101)}`, 'malformed'],
        [`{"payload":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'malformed'],
        [`${'['.repeat(100)}"${'['.repeat(200)}\\""${']'.repeat(100)}`, 'unknown_shape'],
        ['null', 'unknown_shape'],
        ['[]', 'unknown_shape'],
        ['"text"', 'unknown_shape'],
        ['{}', 'unknown_shape'],
        ['{"event":"invitee.created","triggerEvent":"BOOKING_CREATED"}', 'unknown_shape'],
      ]
      for (const [body, reason] of cases) {
        const answer = await raw(body)
        const said = reason === 'malformed' ? [400, 'The delivery is refused: malformed.\n'] : [200, '']
        assert.deepEqual([answer.status, await answer.text(), reasons().at(-1)], [...said, reason])
      }
      for (const change of [
        { createdAt: 'soon', created_at: 'soon' },
        { event: 7, triggerEvent: 7 },
      ]) {
        assert.equal((await forge(change)).status, 200)
        assert.equal(reasons().at(-1), 'unknown_shape')
      }
      const other = await forge({ event: of.third, triggerEvent: of.third })
      assert.deepEqual([other.status, reasons().at(-1)], [200, 'not_subscribed'])
      assert.deepEqual(host.received(), [])
    })

    test('a signed body that is not UTF-8 is malformed', async (t) => {
      const { host, first, key, reasons } = await received(t, of)
      const body = Buffer.from(first.body.replace('Gil', 'G\u00ff'), 'latin1')
      const t0 = Math.floor(host.sandbox.clock.now() / 1000)
      const prefix = of.client === 'calendly' ? `${t0}.` : ''
      const mac = createHmac('sha256', key).update(prefix).update(body).digest('hex')
      const headers: Record<string, string> =
        of.client === 'calendly'
          ? { 'calendly-webhook-signature': `t=${t0},v1=${mac}` }
          : { 'x-cal-signature-256': mac }
      const answer = await host.punctual.handler(new Request(first.url, { method: 'POST', headers, body }))
      assert.deepEqual([answer.status, reasons().at(-1)], [400, 'malformed'])
    })

    test('a delivery that is older than a provider retries, or from the future, is refused', async (t) => {
      const { host, first, key, reasons } = await received(t, of)
      const began = host.sandbox.clock.now()
      const at = async (ago: number) => {
        const moment = began - ago
        const iso = new Date(moment).toISOString()
        const body = JSON.stringify({ ...JSON.parse(first.body), createdAt: iso, created_at: iso })
        return (await host.post(first.url, { body, headers: signed(of, body, key, moment) })).status
      }
      assert.deepEqual([await at(24.9 * hour), await at(-290_000)], [200, 200])
      assert.deepEqual([await at(25.1 * hour), reasons().at(-1)], [401, 'too_old'])
      assert.deepEqual([await at(-310_000), reasons().at(-1)], [401, 'in_the_future'])
    })

    test('a client can allow a shorter age', async (t) => {
      const strict = await received(t, of)
      const { sandbox } = strict.host
      const clients = [
        calendly({
          ...sandbox.calendly,
          scopes: ['users:read'],
          webhookKeys: [sandbox.calendlyWebhookKey],
          webhookToleranceMs: 180_000,
        }),
        calcom({ ...sandbox.calcom, scopes: ['PROFILE_READ'], webhookToleranceMs: 180_000 }),
      ]
      const { url, headers, body } = strict.first
      const ask = (after: number) => {
        sandbox.clock.advance(after)
        return strict.host.another({ clients }).handler(new Request(url, { method: 'POST', headers, body }))
      }
      assert.equal((await ask(170)).status, 200)
      assert.equal((await ask(20)).status, 401)
    })

    test('a genuine delivery for another connection is refused at this one’s address', async (t) => {
      const { host, first, reasons } = await received(t, of)
      host.sent.length = 0
      const ben = await host.join(of, { account: 'ben', owner: 'ben' })
      const made = await host.punctual.webhooks.subscribe(ben, of.events)
      const address = `${baseUrl}/webhooks/${of.client}/${made.id}`
      const answer = await host.post(address, first)
      const reason = of.client === 'calendly' ? 'another_account' : 'bad_signature'
      const explanation = reason === 'bad_signature' ? '' : `: ${reason}`
      assert.deepEqual([answer.status, await answer.text()], [401, `The delivery is refused${explanation}.\n`])
      assert.equal(reasons().at(-1), reason)
      assert.deepEqual(host.received(), [])
      assert.deepEqual(await host.store.outbox.list({ limit: 9 }), [])
    })
  })
}

test('while the store is unavailable the provider is asked to retry, and the retry is accepted', async (t) => {
  const [of] = cases
  assert.ok(of)
  const store = memory()
  let away = false
  const outbox = new Proxy(store.outbox, {
    get: (table, name) =>
      away
        ? async () => Promise.reject(new PunctualError('store_unavailable', 'The store is away.'))
        : Reflect.get(table, name),
  })
  const host = await startListening(t, { store: { ...store, outbox } })
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  away = true
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[503], []])
  away = false
  host.sandbox.clock.advance(60)
  await host.sandbox.delivered()
  assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[503, 200], [of.events[0]]])
})

test('a badly signed delivery does not prevent the next one from being accepted', async (t) => {
  const [of] = cases
  assert.ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  await setFault(host, { kind: 'webhook_badly_signed' })
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[401], []])
  await host.resend()
  assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[401, 200], [of.events[0]]])
})
