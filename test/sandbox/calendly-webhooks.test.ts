// Calendly's webhooks: the message and its signature, retries, the end after a day, faults.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { control, form, send, sendJson, start } from './app.ts'
import { app, connect, isSigned, signatureOf, target } from './calendly-app.ts'

test('a booking and its cancellation arrive, signed with the app’s key', async () => {
  const { sandbox, subscribe, book, hooks, token, user } = await app()
  assert.equal((await subscribe()).status, 201)
  const invitee = await book('2026-11-23T09:00:00Z')
  await sandbox.delivered()
  const [created] = hooks.got
  assert.equal(created?.url, target)
  assert.deepEqual(Object.keys(created?.body), ['created_at', 'created_by', 'event', 'payload'])
  assert.deepEqual([created?.body.event, created?.body.created_by], ['invitee.created', user])
  assert.equal(created?.body.created_at, '2026-11-21T12:00:00.000000Z')
  const { scheduled_event, ...payload } = created?.body.payload ?? {}
  assert.deepEqual(payload, invitee)
  assert.deepEqual([scheduled_event.uri, scheduled_event.start_time], [invitee.event, '2026-11-23T09:00:00.000000Z'])
  assert.equal(signatureOf(created).t, start / 1000)
  assert.ok(isSigned(created, sandbox.calendlyWebhookKey))
  await sendJson(sandbox, 'POST', `${invitee.event}/cancellation`, token, {})
  await sandbox.delivered()
  const canceled = hooks.got[1]?.body
  assert.deepEqual(
    [canceled.event, canceled.payload.status, canceled.payload.rescheduled],
    ['invitee.canceled', 'canceled', false],
  )
  assert.deepEqual([canceled.payload.cancellation.canceler_type, canceled.payload.uri], ['host', invitee.uri])
  assert.ok(hooks.got.every((one) => one.headers.get('content-type') === 'application/json'))
  assert.equal(hooks.got.length, 2)
})

test('moving a meeting sends two messages', async () => {
  const { sandbox, subscribe, book, hooks } = await app()
  await subscribe()
  const invitee = await book('2026-11-23T09:00:00Z')
  await send(sandbox, invitee.reschedule_url ?? '', {
    method: 'POST',
    body: form({ start_time: '2026-11-23T13:00:00Z' }),
  })
  await sandbox.delivered()
  const [, canceled, created] = hooks.got.map((one) => one.body)
  assert.deepEqual(
    [canceled.event, canceled.payload.rescheduled, canceled.payload.uri],
    ['invitee.canceled', true, invitee.uri],
  )
  assert.deepEqual([created.event, created.payload.old_invitee], ['invitee.created', invitee.uri])
  assert.equal(canceled.payload.new_invitee, created.payload.uri)
})

test('messages to a failing receiver are sent again after growing pauses, freshly signed, and the subscription shows it', async () => {
  const { sandbox, subscribe, book, hook, hooks } = await app()
  await subscribe()
  hooks.status = 500
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  assert.equal((await hook()).retry_started_at, '2026-11-21T12:00:00.000000Z')
  assert.equal((await hook()).state, 'active')
  const seconds = [60, 120, 240]
  for (const [at, pause] of seconds.entries()) {
    sandbox.clock.advance(pause - 1)
    await sandbox.delivered()
    assert.equal(hooks.got.length, at + 1)
    sandbox.clock.advance(1)
    await sandbox.delivered()
    assert.equal(hooks.got.length, at + 2)
  }
  assert.deepEqual(
    hooks.got.map((one) => signatureOf(one).t - start / 1000),
    [0, 60, 180, 420],
  )
  assert.ok(hooks.got.every((one) => isSigned(one, sandbox.calendlyWebhookKey)))
  assert.equal(new Set(hooks.got.map((one) => one.text)).size, 1)
  assert.deepEqual(
    sandbox.webhooks()[0]?.attempts.map((one) => one.why),
    Array(4).fill('the receiver answered 500'),
  )
  hooks.status = 200
  sandbox.clock.advance(480)
  await sandbox.delivered()
  assert.deepEqual([(await hook()).retry_started_at, sandbox.webhooks()[0]?.state], [null, 'delivered'])
})

test('retries can keep their first signature, and other messages are sent while one fails', async () => {
  const { sandbox, subscribe, book, hooks } = await app({
    switches: { calendlyRetrySignature: 'same', calendlyRetryFirstSeconds: 5 },
  })
  await subscribe()
  hooks.status = new TypeError('fetch failed')
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  hooks.status = 200
  await book('2026-11-24T10:00:00Z')
  await sandbox.delivered()
  sandbox.clock.advance(5)
  await sandbox.delivered()
  const starts = hooks.got.map((one) => one.body.payload.scheduled_event.start_time.slice(11, 13))
  assert.deepEqual(starts, ['09', '10', '09'])
  assert.equal(signatureOf(hooks.got[2]).t, start / 1000)
})

test('after 24 hours without an answer the subscription is disabled: nothing more is sent, and its address stays in use', async () => {
  const { sandbox, hooks, ...first } = await app()
  await first.subscribe()
  hooks.status = 302
  await first.book('2026-11-26T09:00:00Z')
  await sandbox.delivered()
  assert.equal(sandbox.webhooks()[0]?.attempts[0]?.why, 'the receiver answered 302')
  for (let hour = 0; hour < 24; hour += 1) {
    assert.equal(sandbox.webhooks()[0]?.state, 'waiting')
    sandbox.clock.advance(3600)
    await sandbox.delivered()
  }
  const one = await connect(sandbox)
  assert.deepEqual([(await one.hook()).state, sandbox.webhooks()[0]?.state], ['disabled', 'given_up'])
  const before = hooks.got.length
  hooks.status = 200
  await one.book('2026-11-26T10:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, before)
  assert.equal((await one.subscribe()).status, 409, 'a disabled one has to be deleted first')
})

test('410 deletes the subscription at once: no message is sent any more, and the address is free', async () => {
  const { sandbox, subscribe, book, hook, hooks } = await app()
  await subscribe()
  hooks.status = 500
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  hooks.status = 410
  await book('2026-11-24T10:00:00Z')
  await sandbox.delivered()
  assert.equal(await hook(), undefined)
  const ends = sandbox.webhooks().map(({ state, why }) => [state, why])
  assert.deepEqual(ends, [
    ['dropped', 'the subscription has been deleted: its receiver answered 410'],
    ['given_up', 'the receiver answered 410'],
  ])
  hooks.status = 200
  sandbox.clock.advance(7000)
  await book('2026-11-24T11:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, 2)
  assert.equal((await subscribe()).status, 201)
})

test('a receiver that does not answer within 15 s has failed', async () => {
  let deadline = 0
  const { sandbox, subscribe, book } = await app({
    deliver: () => new Promise(() => {}),
    sleep: async (milliseconds) => {
      deadline = milliseconds
    },
  })
  await subscribe()
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  assert.equal(deadline, 15_000)
  assert.equal(sandbox.webhooks()[0]?.attempts[0]?.why, 'the receiver did not answer within 15 s')
})

test('by default webhooks go to this machine only: others are refused with a sentence, and delay no others', async () => {
  const { sandbox, subscribe, book, hook } = await app({ deliver: undefined })
  await subscribe()
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  const [one] = sandbox.webhooks()
  assert.deepEqual([one?.state, one?.attempts], ['refused', []])
  assert.equal(
    one?.why,
    'The sandbox delivers to this machine only: to reach app.example, give createSandbox a "deliver".',
  )
  assert.equal((await hook()).retry_started_at, null)
})

test('faults: lost, doubled, reordered, badly signed; and a webhook can be sent again', async () => {
  const { sandbox, subscribe, book, hooks } = await app()
  await subscribe()
  const fault = (body: object) => control(sandbox, 'POST', 'faults', { provider: 'calendly', ...body })
  await fault({ kind: 'webhook_lost', event: 'invitee.canceled' })
  await fault({ kind: 'webhook_lost', event: 'invitee.created' })
  await book('2026-11-24T09:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, 0)
  const [lost] = (await control(sandbox, 'GET', 'webhooks')).body.webhooks
  assert.deepEqual([lost.state, lost.why], ['lost', 'a fault has lost it'])
  assert.equal((await control(sandbox, 'POST', `webhooks/${lost.id}/redeliver`)).status, 202)
  await sandbox.delivered()
  assert.deepEqual([hooks.got.length, hooks.got[0]?.text], [1, lost.body])
  assert.equal((await control(sandbox, 'POST', 'webhooks/none/redeliver')).status, 404)
  await fault({ kind: 'webhook_doubled' })
  await book('2026-11-24T10:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got[1]?.text, hooks.got[2]?.text)
  await fault({ kind: 'webhook_badly_signed' })
  await book('2026-11-24T11:00:00Z')
  await sandbox.delivered()
  assert.ok(!isSigned(hooks.got[3], sandbox.calendlyWebhookKey) && isSigned(hooks.got[2], sandbox.calendlyWebhookKey))
  await fault({ kind: 'webhook_reordered' })
  await book('2026-11-24T12:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, 4, 'it waits to be overtaken')
  await book('2026-11-24T13:00:00Z')
  await sandbox.delivered()
  const hours = hooks.got.slice(4).map((one) => one.body.payload.scheduled_event.start_time.slice(11, 13))
  assert.deepEqual(hours, ['13', '12'])
  await fault({ kind: 'webhook_reordered' })
  await book('2026-11-24T14:00:00Z')
  sandbox.clock.advance(60)
  await sandbox.delivered()
  assert.equal(hooks.got.length, 7, 'and goes by itself after a minute')
  const { faults } = (await control(sandbox, 'GET', 'faults')).body
  assert.deepEqual(
    faults.map((one: { event: string }) => one.event),
    ['invitee.canceled'],
  )
})
