// The button "Book a meeting": a guest books a person's next slot, and subscribers get a webhook.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, connectCalcom, control, form, send, sendJson } from './app.ts'

for (const provider of ['calendly', 'calcom'] as const) {
  test(`each booking gets the next slot at ${provider}`, async () => {
    const sandbox = await box()
    const book = (account: string) => control(sandbox, 'POST', 'bookings', { provider, account })
    const [first, second, other] = [await book('ben'), await book('ben'), await book('ada')]
    assert.deepEqual([first.status, second.status, other.status], [201, 201, 201])
    // 2026-11-21 is a Saturday: the first slot is on Monday at nine in New York.
    assert.equal(first.body.startsAt, '2026-11-23T14:00:00.000Z')
    assert.equal(second.body.startsAt, '2026-11-23T14:15:00.000Z')
    assert.notEqual(other.body.startsAt, first.body.startsAt)
  })
}

for (const provider of ['calendly', 'calcom'] as const) {
  test(`a guest chooses what and when, moves and cancels: ${provider}`, async () => {
    const sandbox = await box()
    const ask = (path: string, body: object = {}) => control(sandbox, 'POST', `bookings${path}`, body)
    const guest = { name: 'Hal', email: 'hal@guests.example' }
    const wish = { provider, account: 'eve', eventType: 'Intro call', start: '2026-11-23T09:00:00Z', guest }
    const booked = await ask('', wish)
    assert.deepEqual([booked.status, booked.body.startsAt], [201, '2026-11-23T09:00:00.000Z'])
    assert.match((await ask('', wish)).body.error, /This start is taken/)
    assert.equal((await ask('', { ...wish, start: '2026-11-23T09:10:00Z' })).status, 400, 'not an opening')
    const unknown = await ask('', { ...wish, eventType: 'Nothing' })
    assert.equal(unknown.status, 400)
    assert.match(unknown.body.error, /^There is no event type "Nothing": this person has Consultation, .*Workshop\.$/)
    assert.match((await ask('', { ...wish, start: 'soon' })).body.error, /"start" is wrong: give a time such as/)
    const { id } = booked.body
    const moved = await ask(`/${id}/move`, { start: '2026-11-23T11:00:00Z', email: guest.email })
    assert.deepEqual([moved.status, moved.body.startsAt], [200, '2026-11-23T11:00:00.000Z'])
    assert.notEqual(moved.body.id, id)
    const next = await ask(`/${moved.body.id}/move`)
    assert.equal(next.body.startsAt, '2026-11-23T08:00:00.000Z', 'the next open time')
    assert.match((await ask(`/${id}/cancel`)).body.error, /canceled already/)
    assert.equal((await ask(`/${next.body.id}/cancel`, { email: 'else@guests.example' })).status, 404)
    assert.equal((await ask(`/${next.body.id}/cancel`, { reason: 'Ill' })).status, 200)
    assert.equal((await ask('/nothing/cancel')).status, 404)
    for (const eventType of [
      'consultation',
      'where-you-like',
      'weekly-check-in',
      'workshop',
      'on-request',
      'team-chat',
    ])
      assert.equal((await ask('', { provider, account: 'eve', eventType })).status, 201, eventType)
  })
}

test('a form of the page leads back to it, and wrong input gets one sentence', async () => {
  const sandbox = await box()
  const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
  const body = form({ provider: 'calcom', account: 'ben' })
  const { status } = await send(sandbox, `${sandbox.url}/control/bookings`, { method: 'POST', headers, body })
  assert.equal(status, 303)
  for (const [wrong, answer, sentence] of [
    [
      { provider: 'calendly', account: 'nobody' },
      404,
      /There is no account "nobody" at calendly: its accounts are ada, ben, chloe, dan, eve\.$/,
    ],
    [{ provider: 'outlook', account: 'ada' }, 400, /"provider" is wrong: give "calendly" or "calcom"\./],
    [{ provider: 'calcom' }, 400, /"account" is wrong: give the id, the slug or the email/],
  ] as const) {
    const refused = await control(sandbox, 'POST', 'bookings', wrong)
    assert.equal(refused.status, answer)
    assert.match(refused.body.error, sentence)
  }
  const account = { provider: 'calcom', id: '77', name: 'No Types', email: 'no@calcom.example', username: 'no' }
  await control(sandbox, 'POST', 'accounts', { ...account, timeZone: 'UTC', eventTypes: 0 })
  const none = await control(sandbox, 'POST', 'bookings', { provider: 'calcom', account: '77' })
  assert.equal(none.status, 400)
  assert.match(none.body.error, /no event type, or no open time/)
})

test('a receiver that says why it refuses is quoted, and the listener is called after every send', async () => {
  const answers = [
    new Response('The delivery is not taken:\n in_the_future.', { status: 401 }),
    new Response('<html>Gateway</html>', { status: 502 }),
    new Response(`${'x'.repeat(500)}`, { status: 400 }),
    new Response(null, { status: 500 }),
    new Response('Thanks.'),
  ]
  const told: [string, string | null][] = []
  const sandbox = await box({
    deliver: async () => answers.shift() ?? new Response(),
    onWebhook: ({ state, why, attempts }) => told.push([state, why ?? attempts.at(-1)?.why ?? null]),
  })
  const { access_token: token } = await connectCalcom(sandbox, 'ben', 'WEBHOOK_WRITE')
  const hook = { subscriberUrl: 'https://my.app/hooks', triggers: ['BOOKING_CREATED'], active: true }
  await sendJson(sandbox, 'POST', `${sandbox.calcom.hosts.api}/v2/webhooks`, token, hook)
  for (const _ of Array.from(answers)) {
    await control(sandbox, 'POST', 'bookings', { provider: 'calcom', account: 'ben' })
    await sandbox.delivered()
  }
  assert.deepEqual(told, [
    ['given_up', 'the receiver answered 401: The delivery is not taken: in_the_future.'],
    ['given_up', 'the receiver answered 502'],
    ['given_up', `the receiver answered 400: ${'x'.repeat(200)}…`],
    ['given_up', 'the receiver answered 500'],
    ['delivered', null],
  ])
  assert.match(
    (await send(sandbox, `${sandbox.url}/webhooks`)).text,
    /answered 401: The delivery is not taken: in_the_future\./,
  )
})
