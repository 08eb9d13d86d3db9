// Calendly's bookings: created, refused, limited, canceled, moved.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form, send, start } from './app.ts'
import type { Host } from './calendly-host.ts'
import { host, hostOf, monday, times, wish } from './calendly-host.ts'

test('a booking returns the invitee, and appears in every list', async () => {
  const ada = await host('ada')
  const at = `${monday}T09:00:00Z`
  const questions = [{ question: 'Why?', answer: 'Because', position: 0 }]
  const tracking = Object.fromEntries(
    ['utm_campaign', 'utm_source', 'utm_medium', 'utm_content', 'utm_term', 'salesforce_uuid'].map((key) => [
      key,
      null,
    ]),
  )
  const location = { kind: 'outbound_call', location: '+46 8 123' }
  const more = { questions_and_answers: questions, tracking, location, event_guests: ['x@guests.example'], unknown: 1 }
  const booked = await ada.post('/invitees', wish(ada, at, more))
  assert.equal(booked.status, 201)
  const invitee = booked.body.resource
  assert.deepEqual([invitee.name, invitee.status, invitee.rescheduled], ['Gil Guest', 'active', false])
  assert.deepEqual([invitee.questions_and_answers, invitee.tracking], [questions, tracking])
  assert.deepEqual([invitee.old_invitee, invitee.new_invitee, invitee.no_show], [null, null, null])
  assert.ok(!('location' in invitee) && !('cancellation' in invitee))
  assert.match(invitee.uri, new RegExp(`^${invitee.event}/invitees/[\\w-]+$`))
  const event = (await ada.get(invitee.event)).body.resource
  assert.deepEqual([event.start_time, event.end_time], [`${monday}T09:00:00.000000Z`, `${monday}T09:15:00.000000Z`])
  assert.deepEqual(event.location, { type: 'outbound_call', location: '+46 8 123' })
  assert.deepEqual(event.invitees_counter, { total: 1, active: 1, limit: 1 })
  assert.deepEqual(event.event_memberships, [{ user: ada.user, user_email: 'ada@calendly.example' }])
  assert.deepEqual((await ada.get(invitee.uri)).body.resource, invitee)
  assert.deepEqual((await ada.get(`${invitee.event}/invitees`)).body.collection, [invitee])
  assert.equal((await ada.get(`${invitee.event}/invitees?status=canceled`)).body.collection.length, 0)
  assert.equal((await ada.get(`${invitee.event}/invitees?email=GIL@guests.example`)).body.collection.length, 1)
  assert.deepEqual((await ada.get(`/scheduled_events?user=${ada.user}`)).body.collection, [event])
  const busy = await ada.get(
    `/user_busy_times?user=${ada.user}&start_time=${monday}T00:00:00Z&end_time=2026-11-24T00:00:00Z`,
  )
  assert.deepEqual(busy.body.collection, [
    {
      buffered_end_time: event.end_time,
      buffered_start_time: event.start_time,
      end_time: event.end_time,
      event: { uri: event.uri },
      start_time: event.start_time,
      type: 'calendly',
    },
  ])
  assert.equal((await ada.get('/invitees')).status, 404, 'there is no GET /invitees')
})

test('a taken slot is 400 already_filled in the account’s language; two requests at once get one booking', async () => {
  const french = {
    provider: 'calendly' as const,
    id: 'INESFRENCH000006',
    name: 'Inès Martin',
    email: 'ines@calendly.example',
    slug: 'ines',
    timeZone: 'Europe/Paris',
    locale: 'fr',
    organization: 'INESSOLO00000006',
  }
  const ines = await host('ines', { accounts: [french] })
  const at = `${monday}T09:00:00Z`
  const answers = await Promise.all([ines.post('/invitees', wish(ines, at)), ines.post('/invitees', wish(ines, at))])
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [201, 400],
  )
  assert.deepEqual(answers[1]?.body, {
    title: 'Invalid Argument',
    message: 'The supplied parameters are invalid.',
    details: [
      { parameter: 'event.start_time', message: 'Cette heure de début est déjà occupée', code: 'already_filled' },
    ],
  })
  const plain = await host('ines', { accounts: [french], switches: { calendlyLocalizedDetails: false } })
  await plain.post('/invitees', wish(plain, at))
  const [detail] = (await plain.post('/invitees', wish(plain, at))).body.details
  assert.deepEqual([detail.code, detail.message], ['already_filled', 'This start time is already taken'])
  const gone = await host('ada', { switches: { calendlyTakenSlot: 'not_found' } })
  await gone.post('/invitees', wish(gone, at))
  assert.equal((await gone.post('/invitees', wish(gone, at))).status, 404)
})

test('the refusal of a wrong booking names the wrong fields', async () => {
  const ada = await host('ada')
  const details = async (body: unknown) => {
    const reply = await ada.post('/invitees', body)
    assert.equal(reply.status, 400)
    return reply.body.details
  }
  const at = `${monday}T09:00:00Z`
  const missing = await details({})
  assert.deepEqual(missing, [
    { parameter: 'event_type', message: 'is missing' },
    { parameter: 'start_time', message: 'is missing' },
    { parameter: 'invitee.email', message: 'is missing' },
    { parameter: 'invitee.timezone', message: 'is missing' },
    { parameter: 'invitee.name', message: 'is missing' },
  ])
  const partial = await details(wish(ada, at, { tracking: { utm_source: 'x' } }))
  assert.equal(partial.length, 5)
  assert.deepEqual(partial[2], { parameter: 'tracking.utm_content', message: 'is missing' })
  assert.deepEqual(await details(wish(ada, at, { location: { kind: 'physical' } })), [
    { parameter: 'location.location', message: 'is missing' },
  ])
  assert.equal((await details(wish(ada, at, { event_guests: Array(11).fill('a@b.c') })))[0].parameter, 'event_guests')
  assert.equal(await details('{not json'), undefined)
  assert.equal((await ada.post('/invitees', wish(ada, '2026-11-21T11:00:00Z'))).status, 400, 'past')
  assert.equal((await ada.post('/invitees', wish(ada, `${monday}T09:07:00Z`))).status, 400, 'not an opening')
  assert.equal((await ada.post('/invitees', wish({ ...ada, eventType: `${ada.api}/event_types/X` }, at))).status, 404)
  const dan = await hostOf(ada.sandbox, 'dan')
  assert.equal((await dan.post('/invitees', wish(ada, at))).status, 403)
  const first = await ada.post(
    '/invitees',
    wish(ada, at, { invitee: { first_name: 'Gil', last_name: 'Guest', email: 'g@x.y', timezone: 'UTC' } }),
  )
  assert.deepEqual([first.body.resource.name, first.body.resource.first_name], ['Gil Guest', 'Gil'])
})

test('bookings of a paid user: 10 a minute, 50 an hour, 100 a day; of a free one: a switch', async () => {
  const ada = await host('ada', { switches: { calendlyPaidBookingsPerHour: 12, calendlyPaidBookingsPerDay: 13 } })
  const open = (await times(ada)).body.collection.map((slot: { start_time: string }) => slot.start_time)
  const book = async () => ada.post('/invitees', wish(ada, open.shift()))
  for (let count = 0; count < 10; count += 1) assert.equal((await book()).status, 201)
  const minute = await book()
  assert.deepEqual(
    [minute.status, minute.headers.get('x-ratelimit-limit'), minute.headers.get('retry-after')],
    [429, '10', null],
  )
  assert.match(ada.sandbox.requests().at(-1)?.why ?? '', /more than 10 bookings of this user within one minute/)
  ada.sandbox.clock.advance(61)
  assert.equal((await book()).status, 201)
  const hour = await book()
  assert.deepEqual([hour.status, hour.headers.get('x-ratelimit-limit')], [429, '12'])
  const dan = await host('dan', { switches: { calendlyFreeBookingsPerDay: 1 } })
  assert.equal((await dan.post('/invitees', wish(dan, `${monday}T09:00:00Z`))).status, 201)
  assert.equal((await dan.post('/invitees', wish(dan, `${monday}T10:00:00Z`))).status, 429)
})

test('bookings of a trial: 5 a day; of an Enterprise plan: more than a paid one', async () => {
  const booked = async (plan: 'trial' | 'enterprise') => {
    const who = { id: 'IDATESTER0000010', name: 'Ida', email: 'ida@calendly.example', slug: 'ida', timeZone: 'UTC' }
    const one = await host('ida', {
      accounts: [{ provider: 'calendly', ...who, plan, organization: 'IDASOLO000000010' }],
    })
    const open = (await times(one)).body.collection.map((slot: { start_time: string }) => slot.start_time)
    for (let count = 0; count < 12; count += 1) {
      const { status, headers } = await one.post('/invitees', wish(one, open.shift()))
      if (status === 429) return [count, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-tier')]
    }
    return 'all'
  }
  assert.deepEqual(await booked('trial'), [5, '5', 'trial'])
  assert.equal(await booked('enterprise'), 'all')
})

test('canceling: 201, the slot is free again, and the three 403s', async () => {
  const ada = await host('ada')
  const at = `${monday}T09:00:00Z`
  const { event, uri } = (await ada.post('/invitees', wish(ada, at))).body.resource
  const dan = await hostOf(ada.sandbox, 'dan')
  const no = async (one: Host) => {
    const { status, body } = await one.post(`${event}/cancellation`, {})
    return [status, body.title, body.message]
  }
  assert.deepEqual(await no(dan), [403, 'Permission Denied', 'You are not allowed to cancel this event'])
  assert.equal((await ada.post(`${event}/cancellation`, { reason: 'x'.repeat(10_001) })).status, 400)
  const done = await ada.post(`${event}/cancellation`, { reason: 'Ill' })
  const created_at = new Date(start).toISOString().replace('Z', '000Z')
  const resource = { canceled_by: 'Ada Lindqvist', canceler_type: 'host', created_at, reason: 'Ill' }
  assert.deepEqual([done.status, done.body], [201, { resource }])
  assert.deepEqual(await no(ada), [403, 'Permission Denied', 'Event is already canceled'])
  assert.deepEqual((await ada.get(uri)).body.resource.cancellation, resource)
  const listed = (await ada.get(`/scheduled_events?user=${ada.user}&status=canceled`)).body.collection
  assert.deepEqual([listed.length, listed[0].status, listed[0].invitees_counter.active], [1, 'canceled', 0])
  assert.equal(
    (await ada.get(`/scheduled_events?user=${ada.user}`)).body.collection.length,
    1,
    'listed unless filtered',
  )
  const again = (await ada.post('/invitees', wish(ada, at))).body.resource
  ada.sandbox.clock.set(`${monday}T12:00:00Z`)
  const later = await hostOf(ada.sandbox, 'ada')
  const past = await later.post(`${again.event}/cancellation`)
  assert.deepEqual([past.status, past.body.message], [403, 'Event in the past'])
  const strict = await host('ada', { switches: { calendlyCancelReasonRefused: true } })
  const booked = (await strict.post('/invitees', wish(strict, at))).body.resource
  assert.equal((await strict.post(`${booked.event}/cancellation`, { reason: 'Ill' })).status, 400)
  assert.equal((await strict.get(booked.event)).body.resource.status, 'active')
  assert.equal((await strict.post(`${booked.event}/cancellation`, {})).status, 201)
})

test('the invitee’s pages: canceling by a link, and moving, which makes a new meeting', async () => {
  const ada = await host('ada')
  const one = (await ada.post('/invitees', wish(ada, `${monday}T09:00:00Z`))).body.resource
  const page = await send(ada.sandbox, one.reschedule_url)
  assert.ok(page.text.includes(`value="${monday}T13:00:00.000Z"`), page.text)
  const taken = form({ start_time: `${monday}T23:00:00Z` })
  assert.equal((await send(ada.sandbox, one.reschedule_url, { method: 'POST', body: taken })).status, 400)
  const body = form({ start_time: `${monday}T13:00:00Z` })
  assert.equal((await send(ada.sandbox, one.reschedule_url, { method: 'POST', body })).status, 200)
  const old = (await ada.get(one.uri)).body.resource
  assert.deepEqual([old.status, old.rescheduled, old.cancellation.canceler_type], ['canceled', true, 'invitee'])
  const next = (await ada.get(old.new_invitee)).body.resource
  assert.deepEqual([next.old_invitee, next.status, next.rescheduled], [one.uri, 'active', false])
  assert.equal((await ada.get(next.event)).body.resource.start_time, `${monday}T13:00:00.000000Z`)
  assert.equal((await send(ada.sandbox, next.cancel_url)).status, 200)
  await send(ada.sandbox, next.cancel_url, { method: 'POST', body: form({ reason: 'No' }) })
  const gone = (await ada.get(next.uri)).body.resource
  assert.deepEqual([gone.cancellation.canceled_by, gone.cancellation.reason], ['Gil Guest', 'No'])
  assert.equal((await send(ada.sandbox, next.cancel_url)).status, 403)
  assert.equal((await send(ada.sandbox, `${ada.sandbox.url}/calendly/site/cancellations/nobody`)).status, 404)
})
