// Calendly's group meetings: several invitees, their seats, and what their guests and host do; the two messages of a move.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { box, call, connectCalendly, control, form, receiver, send, sendJson } from './app.ts'

const at = '2026-11-23T09:00:00Z'
const later = '2026-11-23T11:00:00Z'

/** Eve, who offers a workshop for five. */
async function workshop(options: SandboxOptions = {}) {
  const hooks = receiver()
  const sandbox = await box({ deliver: hooks.deliver, ...options })
  const scope = 'event_types:read availability:read scheduled_events:write webhooks:write'
  const { access_token: token, owner: user, organization } = await connectCalendly(sandbox, 'eve', scope)
  const { api } = sandbox.calendly.hosts
  const get = (path: string) => call(sandbox, path.startsWith('http') ? path : api + path, token)
  const post = (path: string, body: object = {}) =>
    sendJson(sandbox, 'POST', path.startsWith('http') ? path : api + path, token, body)
  const eventType = (await get(`/event_types?user=${user}`)).body.collection.at(-1).uri
  const events = ['invitee.created', 'invitee.canceled', 'invitee_no_show.created', 'invitee_no_show.deleted']
  const hook = { url: 'https://app.example/hooks', events, organization, user, scope: 'user' }
  assert.equal((await post('/webhook_subscriptions', hook)).status, 201)
  const book = (name: string, start = at) =>
    post('/invitees', {
      event_type: eventType,
      start_time: start,
      invitee: { name, email: `${name.toLowerCase()}@guests.example`, timezone: 'UTC' },
      location: { kind: 'zoom_conference' },
    })
  const left = async (start = at) => {
    const query = `event_type=${eventType}&start_time=2026-11-23T00:00:00Z&end_time=2026-11-24T00:00:00Z`
    const open = (await get(`/event_type_available_times?${query}`)).body.collection
    return open.find((one: { start_time: string }) => one.start_time === start)?.invitees_remaining
  }
  const seen = async () => {
    await sandbox.delivered()
    return hooks.got.map(({ body }) => [body.event, body.payload.name, body.payload.scheduled_event?.status])
  }
  return { sandbox, hooks, get, post, book, left, seen }
}

test('five people share one meeting, and the sixth is told that the slot is taken', async () => {
  const { get, book, left } = await workshop()
  assert.equal(await left(), 5)
  const all = []
  for (const name of ['Ann', 'Bob', 'Cid', 'Dot', 'Eli']) all.push((await book(name)).body.resource)
  assert.equal(new Set(all.map((one) => one.event)).size, 1)
  assert.equal(new Set(all.map((one) => one.uri)).size, 5)
  assert.equal(await left(), undefined, 'a full slot is not offered')
  const sixth = await book('Fay')
  assert.deepEqual([sixth.status, sixth.body.details[0].code], [400, 'already_filled'])
  const event = (await get(all[0].event)).body.resource
  assert.deepEqual(event.invitees_counter, { total: 5, active: 5, limit: 5 })
  assert.equal((await get(`${all[0].event}/invitees`)).body.collection.length, 5)
  assert.deepEqual((await get(all[2].uri)).body.resource, all[2])
  const found = await get(`/scheduled_events?user=${event.event_memberships[0].user}&invitee_email=cid@guests.example`)
  assert.equal(found.body.collection.length, 1)
})

test('one invitee cancels and the meeting stays; the host cancels it for all who are left', async () => {
  const { sandbox, get, post, book, left, seen } = await workshop()
  const [ann, bob, cid] = [await book('Ann'), await book('Bob'), await book('Cid')].map((one) => one.body.resource)
  await send(sandbox, bob.cancel_url, { method: 'POST', body: form({ reason: 'Ill' }) })
  assert.equal(await left(), 3)
  const event = (await get(ann.event)).body.resource
  assert.deepEqual([event.status, event.invitees_counter], ['active', { total: 3, active: 2, limit: 5 }])
  const gone = (await get(bob.uri)).body.resource
  assert.deepEqual([gone.status, gone.cancellation.canceler_type, gone.rescheduled], ['canceled', 'invitee', false])
  assert.equal((await get(cid.uri)).body.resource.status, 'active')
  assert.equal((await get(`${ann.event}/invitees?status=canceled`)).body.collection.length, 1)
  assert.equal((await send(sandbox, bob.cancel_url)).status, 403)
  assert.equal((await post(`${ann.event}/cancellation`)).status, 201)
  assert.deepEqual((await seen()).slice(3), [
    ['invitee.canceled', 'Bob', 'active'],
    ['invitee.canceled', 'Ann', 'canceled'],
    ['invitee.canceled', 'Cid', 'canceled'],
  ])
  assert.equal(await left(), 5)
})

test('the meeting ends with its last invitee', async () => {
  const { sandbox, get, book } = await workshop()
  const ann = (await book('Ann')).body.resource
  await send(sandbox, ann.cancel_url, { method: 'POST', body: form({}) })
  assert.equal((await get(ann.event)).body.resource.status, 'canceled')
  assert.equal((await book('Bob')).body.resource.event === ann.event, false, 'a new meeting')
})

test('one invitee moves into the meeting that others have; a switch turns the two messages round', async () => {
  for (const order of ['canceled_first', 'created_first'] as const) {
    const { sandbox, get, book, seen, hooks } = await workshop({ switches: { calendlyRescheduleOrder: order } })
    const [ann, bob] = [await book('Ann'), await book('Bob')].map((one) => one.body.resource)
    const cid = (await book('Cid', later)).body.resource
    await send(sandbox, ann.reschedule_url, { method: 'POST', body: form({ start_time: later }) })
    const messages = (await seen()).slice(3)
    const wanted = [
      ['invitee.canceled', 'Ann', 'active'],
      ['invitee.created', 'Ann', 'active'],
    ]
    assert.deepEqual(messages, order === 'canceled_first' ? wanted : wanted.reverse())
    const old = (await get(ann.uri)).body.resource
    const next = (await get(old.new_invitee)).body.resource
    assert.deepEqual([old.rescheduled, next.old_invitee, next.event], [true, ann.uri, cid.event])
    assert.equal((await get(bob.event)).body.resource.invitees_counter.active, 1)
    assert.equal((await get(cid.event)).body.resource.invitees_counter.active, 2)
    const created = hooks.got.find(({ body }) => body.payload.old_invitee !== null)
    assert.deepEqual([created?.body.payload.uri, created?.body.payload.old_invitee], [next.uri, ann.uri])
  }
})

test('a no-show is one invitee’s; its message is the invitee, or by a switch the mark alone', async () => {
  for (const payload of ['invitee', 'no_show'] as const) {
    const { sandbox, get, post, book, hooks } = await workshop({ switches: { calendlyNoShowPayload: payload } })
    const [ann, bob] = [await book('Ann'), await book('Bob')].map((one) => one.body.resource)
    const mark = (await post('/invitee_no_shows', { invitee: bob.uri })).body.resource
    assert.equal(mark.invitee, bob.uri)
    assert.equal((await get(ann.uri)).body.resource.no_show, null)
    await sandbox.delivered()
    const { body } = hooks.got.at(-1) ?? {}
    assert.equal(body.event, 'invitee_no_show.created')
    if (payload === 'no_show') assert.deepEqual(body.payload, mark)
    else
      assert.deepEqual(
        [body.payload.uri, body.payload.no_show.uri, 'scheduled_event' in body.payload],
        [bob.uri, mark.uri, true],
      )
  }
})

test('a fault sends a message twice, and another turns two round', async () => {
  const { sandbox, book, seen } = await workshop()
  await control(sandbox, 'POST', 'faults', { kind: 'webhook_doubled', event: 'invitee.created' })
  await book('Ann')
  await control(sandbox, 'POST', 'faults', { kind: 'webhook_reordered', event: 'invitee.created' })
  await book('Bob')
  await book('Cid')
  assert.deepEqual(
    (await seen()).map(([, name]) => name),
    ['Ann', 'Ann', 'Cid', 'Bob'],
  )
})
