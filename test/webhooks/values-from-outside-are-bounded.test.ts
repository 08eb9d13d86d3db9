// Times, names and texts of a provider (or of your own definition) that no database can hold or no clock can show: an
// accepted delivery can be stored, and an impossible value is refused with a reason.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ProviderWebhooks, WebhookMessage } from '../../src/core/webhooks.ts'
import { PunctualError } from '../../src/index.ts'
import { readMessage } from '../../src/webhooks/message.ts'
import { sandboxClients } from '../support/host.ts'
import { type Case, cases, monday, signed, startListening } from './host.ts'

const [calendly, calcom] = cases as [Case, Case]

/** One genuine delivery, and a receiver whose definition of the provider is changed in some points. */
async function receiving(t: TestContext, of: Case, change: (webhooks: ProviderWebhooks) => Partial<ProviderWebhooks>) {
  let body = ''
  const deliver = async (_: string, sent: { readonly body: string }) => {
    body = sent.body
    return new Response()
  }
  const host = await startListening(t, {}, { deliver })
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  const clients = sandboxClients(host.sandbox).map((client) => {
    const { webhooks } = client.provider
    if (client.id !== of.client || !webhooks) return client
    return { ...client, provider: { ...client.provider, webhooks: { ...webhooks, ...change(webhooks) } } }
  })
  const changed = host.another({ clients })
  changed.on((event) => host.events.push(event))
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [{ url } = { url: '' }] = await host.standing()
  assert.ok(body !== '')
  const post = async (text: string): Promise<number> => {
    const headers = signed(of, text, await host.keyOf(of, url), host.sandbox.clock.now())
    return (await changed.handler(new Request(url, { method: 'POST', headers, body: text }))).status
  }
  const reasons = () => host.events.flatMap((event) => (event.type === 'webhook.refused' ? event.reason : []))
  return { host, connection, changed, made, body, post, reasons }
}

test('a message with a time that no calendar has is not read', () => {
  const message: WebhookMessage = {
    ...{ name: 'x', createdAt: 1, account: null, members: null, orderingKey: null, identity: null },
    ...{ presupposes: [], beganAt: null },
  }
  const read = (times: Partial<WebhookMessage>) => readMessage({ read: () => ({ ...message, ...times }) }, null)
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -Number.POSITIVE_INFINITY, 9.3e18, -9.3e18, 8.64e15]) {
    assert.equal(read({ createdAt: wrong }), null, String(wrong))
    assert.equal(read({ beganAt: wrong })?.beganAt, null, String(wrong))
  }
  assert.deepEqual([read({ createdAt: 1.5, beganAt: 2.4 })?.createdAt, read({ beganAt: 2.4 })?.beganAt], [2, 2])
  assert.equal(readMessage({ read: () => null }, {}), null)
})

for (const createdAt of [Number.NaN, 9.3e18, Number.POSITIVE_INFINITY]) {
  test(`a message whose time is ${createdAt} is refused for its shape, and not as a fault of the store`, async (t) => {
    const { body, post, reasons } = await receiving(t, calendly, ({ read }) => ({
      read: (value) => ({ ...(read(value) as WebhookMessage), createdAt }),
    }))
    assert.deepEqual([await post(body), reasons()], [200, ['unknown_shape']])
  })

  test(`a signature whose time is ${createdAt} is refused as too old or from the future`, async (t) => {
    const { body, post, reasons } = await receiving(t, calendly, ({ claim }) => ({
      claim: (headers) => {
        const signature = claim(headers)
        return signature && { ...signature, signedAt: createdAt }
      },
    }))
    assert.equal(await post(body), 401)
    assert.ok(['too_old', 'in_the_future'].includes(reasons()[0] ?? ''))
  })
}

test('a message from the far future keeps its time, and is ordered by the time of its arrival', async (t) => {
  const { host, body, post } = await receiving(t, calendly, () => ({}))
  const claimed = '9999-12-31T23:59:59.000000Z'
  assert.equal(await post(body.replace(/"created_at":"[^"]*"/, `"created_at":"${claimed}"`)), 200)
  const row = (await host.store.outbox.list({ limit: 9 })).find(({ type }) => type === 'webhook.received')
  assert.ok(row && row.orderAt <= host.sandbox.clock.now() + 300_000)
  assert.equal(row.data.createdAt, Date.parse(claimed))
  assert.equal(await post(body.replace(/"created_at":"[^"]*"/, `"created_at":"0001-01-01T00:00:00.000000Z"`)), 200)
})

test('if a provider signs no time, the time in its message is checked, even one in the far future', async (t) => {
  const { body, post, reasons } = await receiving(t, calcom, () => ({}))
  assert.equal(await post(body.replace(/"createdAt":"[^"]*"/, '"createdAt":"9999-12-31T23:59:59.000Z"')), 401)
  assert.deepEqual(reasons(), ['in_the_future'])
})

test('a subscription whose name at the provider cannot be stored stays in "creating", with a reason', async (t) => {
  const name = 'a\0b'
  const { connection, changed } = await receiving(t, calendly, () => ({
    create: async () => name,
    find: async () => ({ reference: name, state: 'as_desired' }),
  }))
  const made = await changed.webhooks.subscribe(connection, [calendly.third])
  assert.deepEqual(
    [made.state, made.detail],
    ['creating', 'The provider returned a name for the subscription that cannot be stored.'],
  )
})

test('the reason of a failure is stored as a text that every database can hold', async (t) => {
  const { connection, changed } = await receiving(t, calendly, () => ({
    create: async () => {
      throw new PunctualError('rate_limited', `a\0b\ud800${'c'.repeat(5000)}`)
    },
  }))
  const { detail } = await changed.webhooks.subscribe(connection, [calendly.third])
  assert.ok(detail?.isWellFormed() && detail.length === 1000 && detail.startsWith('ab'), detail?.slice(0, 10))
})

test('a subscription to events that cannot be stored, or are too many, is refused', async (t) => {
  const { connection, changed, made, host } = await receiving(t, calendly, () => ({
    problem: () => null,
    missingScopes: () => [],
  }))
  const wrong = [['a\0'], ['\ud800'], ['x'.repeat(201)], Array.from({ length: 201 }, (_, at) => `e${at}`)]
  for (const events of wrong)
    await changed.webhooks.subscribe(connection, events).then(
      () => assert.ok(false, 'subscribed'),
      ({ code, message }) => assert.deepEqual([code, /events may list 200/.test(message)], ['invalid_argument', true]),
    )
  assert.deepEqual(await host.punctual.webhooks.list(connection), [made])
})

test('of a header with many signatures only the first few are checked', async (t) => {
  const { host, body } = await receiving(t, calendly, () => ({}))
  const [{ url } = { url: '' }] = await host.standing()
  const genuine = signed(calendly, body, await host.keyOf(calendly, url), host.sandbox.clock.now())
  const [time, right] = (genuine['calendly-webhook-signature'] ?? '').split(',')
  const wrong = Array.from({ length: 200 }, () => `v1=${'0'.repeat(64)}`)
  const post = async (parts: (string | undefined)[]) => {
    const headers = { 'calendly-webhook-signature': parts.join(',') }
    return (await host.post(url, { headers, body })).status
  }
  assert.equal(await post([time, ...wrong, right]), 401)
  assert.equal(await post([time, right, ...wrong]), 200)
})
