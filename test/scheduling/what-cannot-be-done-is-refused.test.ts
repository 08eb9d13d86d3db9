// What cannot be done is said by `can`, and refused before anything is sent, with the same cause.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capabilities } from '../../src/core/scheduling/capabilities.ts'
import { type Can, scheduling } from '../../src/scheduling/index.ts'
import { startScripted } from '../support/scripted-provider.ts'
import { all, refused } from '../typed/person.ts'
import { dayMs, factsWith, smallBooking, smallEventType, startSmall } from './small-provider.ts'

const hourSeconds = 3600

test('everything that the provider offers can be done, and asking sends nothing', async (t) => {
  const { calendar, asked } = await startSmall(t)
  for (const what of capabilities) assert.deepEqual(calendar.can(what), { yes: true, how: 'native' })
  assert.deepEqual(asked(), [])
})

test('the first cause counts: event type or booking, provider, scope', async (t) => {
  const limit: Can = {
    yes: false,
    because: 'event_type',
    note: 'It is secret.',
    instead: { url: 'https://x.example/1' },
  }
  const { calendar, asked } = await startSmall(t, {
    capabilities: factsWith({
      hold: { how: 'none', note: 'There are no holds.' },
      slots: { how: 'emulated', scopes: ['read', 'more', 'most'], note: 'It is slow.' },
    }),
    limit: (_what, on) => (on.id === 'et7' ? limit : null),
  })
  const [plain, secret] = [smallEventType(), smallEventType({ id: 'et7' })]
  assert.deepEqual(calendar.can('hold', secret), limit)
  assert.deepEqual(calendar.can('hold', plain), { yes: false, because: 'provider', note: 'There are no holds.' })
  assert.deepEqual(calendar.can('slots', plain), { yes: false, because: 'scope', missing: ['more', 'most'] })

  const hold = () => calendar.hold({ eventType: 'et1', start: '2030-01-07T09:00:00Z' })
  const message = /^hold: scripted does not offer this\. There are no holds\.$/
  await refused(hold, 'not_supported', { reason: 'provider', message })
  const span = { from: '2030-01-07T09:00:00Z', to: '2030-01-08T09:00:00Z' }
  const error = await refused(() => calendar.slots({ eventType: 'et1', ...span }), 'insufficient_scope', {
    message: /^slots: the account has not granted more most\. Call "begin" .* all "scopes": read write more most\.$/,
  })
  assert.deepEqual(error.scopes, ['more', 'most'])
  await refused(() => calendar.slots({ eventType: secret, ...span }), 'not_supported', {
    reason: 'event_type',
    message: /rules this out\. It is secret\. A person can do it on https:\/\/x\.example\/1$/,
  })
  assert.deepEqual(asked(), [])
})

test('a refusal because of the plan is remembered for an hour, and a success ends it', async (t) => {
  const { host, calendar, connection, world, asked } = await startSmall(t)
  let refusal: Response | null = Response.json({ reason: 'plan_limit' }, { status: 403 })
  world.answer = (request) => (request.url.includes('event-types') ? (refusal?.clone() ?? null) : null)
  await refused(() => calendar.eventTypes(), 'provider_refused', { reason: 'plan_limit' })
  assert.deepEqual(asked(), ['GET /event-types'])
  assert.deepEqual(calendar.can('eventTypes.read'), { yes: false, because: 'plan' })
  assert.deepEqual(scheduling(connection).can('eventTypes.read'), { yes: false, because: 'plan' })
  assert.equal(calendar.can('bookings.read').yes, true)
  const error = await refused(() => calendar.eventTypes(), 'not_supported', { reason: 'plan' })
  assert.equal(error.retryAfterMs, 3_600_000)
  assert.deepEqual(asked(), [])

  host.advance(hourSeconds)
  assert.equal(calendar.can('eventTypes.read').yes, true)
  const begun = calendar.eventTypes()
  await refused(() => calendar.eventTypes(), 'provider_refused')
  assert.equal(calendar.can('eventTypes.read').yes, false)
  refusal = null
  assert.equal((await all(begun)).length, 1)
  assert.equal(calendar.can('eventTypes.read').yes, true)
})

test('a success that comes later than the refusal counts, whatever it is about', async (t) => {
  const { calendar, world, now } = await startSmall(t)
  world.bookings = [smallBooking('b1', now() + dayMs), smallBooking('b2', now() + dayMs)]
  const { promise, resolve } = Promise.withResolvers<Response>()
  world.answer = ({ url }) => {
    if (url.endsWith('b1/no-show')) return Response.json({ reason: 'plan_limit' }, { status: 403 })
    return url.endsWith('b2/no-show') ? promise : null
  }
  const begun = calendar.markNoShow('b2', { host: true })
  await refused(() => calendar.markNoShow('b1', { host: true }), 'provider_refused', { reason: 'plan_limit' })
  assert.deepEqual(calendar.can('noShow.host'), { yes: false, because: 'plan' })
  resolve(Response.json(world.bookings[1]))
  await begun
  assert.equal(calendar.can('noShow.host').yes, true)
})

test('a refusal because of the role is remembered for that booking alone', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t)
  world.bookings = [smallBooking('b1', now() + dayMs), smallBooking('b2', now() + dayMs)]
  world.answer = (request) => (request.url.endsWith('b1/no-show') ? Response.json({}, { status: 403 }) : null)
  const [mine, theirs] = [await calendar.booking('b2'), await calendar.booking('b1')]
  const mark = (id: string) => calendar.markNoShow(id, { host: true })
  await refused(() => mark('b1'), 'provider_refused', { reason: 'not_permitted' })
  assert.deepEqual(calendar.can('noShow.host', theirs), { yes: false, because: 'role' })
  assert.equal(calendar.can('noShow.host', mine).yes, true)
  await mark('b2')
  asked()
  await refused(() => calendar.markNoShow(theirs, { host: true }), 'not_supported', { reason: 'role' })
  assert.deepEqual(asked(), [])
})

test('a provider without scheduling refuses every verb', async (t) => {
  const connection = await startScripted(t).connect('eve')
  const calendar = scheduling(connection)
  assert.equal(calendar.provider, 'scripted')
  for (const what of capabilities) assert.equal(calendar.can(what).yes, false)
  const calls: (() => PromiseLike<unknown> | AsyncIterable<unknown>)[] = [
    () => calendar.me(),
    () => calendar.eventTypes(),
    () => calendar.eventType('et1'),
    () => calendar.schedules(),
    () => calendar.slots({} as never),
    () => calendar.hold({} as never),
    () => calendar.book({} as never, {} as never),
    () => calendar.bookings(),
    () => calendar.booking('b1'),
    () => calendar.reschedule('b1', {} as never),
    () => calendar.cancel('b1'),
    () => calendar.markNoShow('b1', { host: true }),
  ]
  for (const call of calls) await refused(call, 'not_supported', { reason: 'provider', message: /^\w+: scripted / })
})

test('what is not a connection, or has no client any more, is refused', async (t) => {
  for (const wrong of [null, undefined, {}, 'connection_1'])
    await refused(async () => scheduling(wrong as never), 'invalid_argument', {
      message: /^scheduling: connection must/,
    })
  const { host, connection } = await startSmall(t)
  const orphan = await host.another({ id: 'renamed' }).connections.get(connection.id)
  const message = /^scheduling: the client of the connection is no longer among those of this process\. Add it again\.$/
  await refused(async () => scheduling(orphan), 'invalid_argument', { message })
})
