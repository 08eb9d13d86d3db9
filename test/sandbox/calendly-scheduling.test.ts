// Calendly's scheduling around bookings: open and busy times, schedules, lists, no-shows, links.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendJson } from './app.ts'
import type { Host } from './calendly-host.ts'
import { host, hostOf, monday, times, wish } from './calendly-host.ts'

test('available times are the host’s hours on the host’s clock, without booked ones', async () => {
  const ada = await host('ada')
  const open = (await times(ada)).body.collection
  assert.equal(open.length, 32, 'nine to five in quarters of an hour')
  assert.deepEqual(open[0], {
    invitees_remaining: 1,
    scheduling_url: `https://calendly.com/ada/meeting-01/${monday}T08:00:00Z`,
    start_time: `${monday}T08:00:00Z`,
    status: 'available',
  })
  assert.equal((await ada.post('/invitees', wish(ada, open[3].start_time))).status, 201)
  const left = (await times(ada)).body.collection.map((slot: { start_time: string }) => slot.start_time)
  assert.equal(left.length, 31)
  assert.ok(!left.includes(open[3].start_time))
  assert.equal(
    (await times(ada, '2026-11-28T00:00:00Z', '2026-11-30T00:00:00Z')).body.collection.length,
    0,
    'a weekend',
  )
})

test('available times: at most 31 days, not past, a full URI, and a scope that two documents name differently', async () => {
  const ada = await host('ada')
  assert.equal((await times(ada, '2026-11-22T00:00:00Z', '2026-12-23T00:00:00Z')).status, 200)
  assert.equal((await times(ada, '2026-11-22T00:00:00Z', '2026-12-23T00:00:01Z')).status, 400)
  const past = await times(ada, '2026-11-21T11:59:59Z', '2026-11-22T00:00:00Z')
  assert.equal(past.status, 400)
  assert.deepEqual(past.body.details, [{ parameter: 'start_time', message: 'start_time must be in the future' }])
  assert.equal((await times({ ...ada, eventType: 'MEETING' })).status, 400)
  assert.equal((await times({ ...ada, eventType: `${ada.api}/event_types/NOBODYS` })).status, 404)
  const narrow = await hostOf(ada.sandbox, 'ada', 'event_types:read')
  assert.deepEqual((await times(narrow)).body.required_scopes, ['availability:read'])
  const other = await host('ada', { switches: { calendlyAvailableTimesScope: 'event_types:read' } })
  assert.equal((await times(await hostOf(other.sandbox, 'ada', 'event_types:read'))).status, 200)
})

test('scheduled events: who may list them, and the filters', async () => {
  const ada = await host('ada')
  const ben = await hostOf(ada.sandbox, 'ben')
  await ada.post('/invitees', wish(ada, `${monday}T09:00:00Z`))
  const mine = await ben.post('/invitees', wish(ben, '2026-11-24T15:00:00Z'))
  assert.equal(mine.status, 201)
  const list = async (one: Host, query: string) => {
    const { status, body } = await one.get(`/scheduled_events?${query}`)
    return status === 200 ? body.collection.length : [status, body.message]
  }
  assert.equal(await list(ada, `organization=${ada.organization}`), 2)
  assert.equal(await list(ada, `organization=${ada.organization}&user=${ben.user}`), 1)
  assert.deepEqual(await list(ada, `user=${ben.user}`), [
    403,
    'Please also specify organization when requesting events for a user within your organization.',
  ])
  assert.deepEqual(await list(ben, `organization=${ada.organization}`), [
    403,
    'You do not have permission to access this resource.',
  ])
  assert.deepEqual(await list(ada, ''), [400, 'The supplied parameters are invalid.'])
  assert.equal((await list(ada, 'user=ADALINDQVIST0001'))[0], 400)
  assert.equal((await list(ada, `user=${ada.user}&sort=name:asc`))[0], 400)
  assert.equal((await list(ada, `user=${ada.user}&status=open`))[0], 400)
  assert.equal((await list(ada, `user=${ada.user}&min_start_time=soon`))[0], 400)
  const all = `organization=${ada.organization}`
  assert.equal(await list(ada, `${all}&min_start_time=2026-11-24T00:00:00Z`), 1)
  assert.equal(await list(ada, `${all}&max_start_time=2026-11-24T00:00:00Z`), 1)
  assert.equal(await list(ada, `${all}&invitee_email=nobody@guests.example`), 0)
  const sorted = (await ada.get(`/scheduled_events?${all}&sort=start_time:desc`)).body.collection
  assert.equal(sorted[0].uri, mine.body.resource.event)
  const first = await ada.get(`/scheduled_events?${all}&count=1`)
  assert.equal((await ada.get(first.body.pagination.next_page)).body.collection[0].uri, mine.body.resource.event)
  const dan = await hostOf(ada.sandbox, 'dan')
  const foreign = await dan.get(mine.body.resource.event)
  assert.deepEqual([foreign.status, foreign.body.message], [403, 'You are not allowed to view this event'])
})

test('no-shows are created, read and deleted', async () => {
  const ada = await host('ada')
  const { uri } = (await ada.post('/invitees', wish(ada, `${monday}T09:00:00Z`))).body.resource
  const made = await ada.post('/invitee_no_shows', { invitee: uri })
  assert.equal(made.status, 201)
  assert.deepEqual(Object.keys(made.body.resource), ['created_at', 'invitee', 'uri'])
  assert.equal((await ada.get(uri)).body.resource.no_show.uri, made.body.resource.uri)
  assert.deepEqual((await ada.get(made.body.resource.uri)).body, made.body)
  assert.equal((await sendJson(ada.sandbox, 'DELETE', made.body.resource.uri, ada.token)).status, 204)
  assert.equal((await ada.get(made.body.resource.uri)).status, 404)
  assert.equal((await ada.get(uri)).body.resource.no_show, null)
  assert.equal((await ada.post('/invitee_no_shows', {})).status, 400)
  assert.equal((await ada.post('/invitee_no_shows', { invitee: `${uri}x` })).status, 404)
})

test('busy times: 7 days, and 424 when the calendar behind fails', async () => {
  const ada = await host('ada')
  const busy = (one: Host, from: string, to: string) =>
    one.get(`/user_busy_times?user=${one.user}&start_time=${from}&end_time=${to}`)
  assert.equal((await busy(ada, '2026-11-23', '2026-11-30')).status, 200)
  assert.equal((await busy(ada, '2026-11-23', '2026-12-01')).status, 400)
  ada.sandbox.clock.advance(0)
  const away = await host('ada', { switches: { calendlyExternalCalendar: 'fails' } })
  const { status, body } = await busy(away, '2026-11-23', '2026-11-24')
  assert.deepEqual(
    [status, body],
    [424, { title: 'External Calendar Error', message: 'There is a problem accessing your calendar.' }],
  )
})

test('availability schedules: by user and by URI, and the observed 400 without a user', async () => {
  const ben = await host('ben')
  const { body } = await ben.get(`/user_availability_schedules?user=${ben.user}`)
  const [schedule] = body.collection
  assert.deepEqual([schedule.default, schedule.timezone, schedule.rules.length], [true, 'America/New_York', 7])
  assert.deepEqual(schedule.rules[1], { intervals: [{ from: '09:00', to: '17:00' }], type: 'wday', wday: 'monday' })
  assert.deepEqual((await ben.get(schedule.uri)).body.resource, schedule)
  const refused = await ben.get('/user_availability_schedules')
  assert.deepEqual([refused.status, refused.body.details], [400, [{ message: 'invalid', parameter: 'user' }]])
  assert.equal((await ben.get(`/user_availability_schedules?user=${ben.api}/users/DANFREEMAN000004`)).status, 403)
  assert.equal((await ben.get('/user_availability_schedules/NONE')).status, 404)
})

test('a scheduling link is for one booking of an event type', async () => {
  const ada = await host('ada')
  const input = { max_event_count: 1, owner: ada.eventType, owner_type: 'EventType' }
  const { status, body } = await ada.post('/scheduling_links', input)
  assert.equal(status, 201)
  assert.match(body.resource.booking_url, /^https:\/\/calendly\.com\/d\/[0-9a-f]{4}-[0-9a-f]{4}\/meeting-01$/)
  assert.deepEqual([body.resource.owner, body.resource.owner_type], [ada.eventType, 'EventType'])
  assert.equal((await ada.post('/scheduling_links', { ...input, max_event_count: 2 })).status, 400)
  assert.equal((await ada.post('/scheduling_links', { ...input, owner: 'meeting-01' })).status, 400)
})

test('shares: a link with its own settings, and the event type’s for the rest', async () => {
  const plain = await host('ada')
  assert.deepEqual((await plain.post('/shares', { event_type: plain.eventType })).body.required_scopes, [
    'shares:write',
  ])
  const ada = await hostOf(plain.sandbox, 'ada', 'shares:write event_types:read')
  const input = { event_type: ada.eventType, name: 'For Gil', duration_options: [20, 40], duration: 40 }
  const { status, body } = await ada.post('/shares', { ...input, period_type: 'moving', max_booking_time: 14 })
  assert.equal(status, 201)
  const [link] = body.resource.scheduling_links
  assert.match(link.booking_url, /^https:\/\/calendly\.com\/d\/[0-9a-f]{4}-[0-9a-f]{4}\/meeting-01$/)
  assert.deepEqual([link.owner, link.owner_type], [ada.eventType, 'EventType'])
  const { name, duration, duration_options: options, period_type: period } = body.resource.share_override
  assert.deepEqual([name, duration, options, period], ['For Gil', 40, [20, 40], 'moving'])
  const copied = (await ada.post('/shares', { event_type: ada.eventType })).body.resource.share_override
  assert.deepEqual([copied.name, copied.duration], ['Meeting 01', 15])
  const wrong: [string, object][] = [
    ['event_type', { event_type: 'meeting-01' }],
    ['name', { name: 'x'.repeat(56) }],
    ['duration', { duration: 30 }],
    ['duration_options', { duration_options: [10, 20, 30, 40, 50] }],
    ['duration_options', { duration_options: [40, 721] }],
    ['period_type', { period_type: 'always' }],
    ['start_date', { period_type: 'fixed' }],
    ['max_booking_time', { period_type: 'available_moving' }],
  ]
  for (const [parameter, more] of wrong) {
    const refused = await ada.post('/shares', { ...input, ...more })
    assert.deepEqual([refused.status, refused.body.details[0].parameter], [400, parameter])
  }
  assert.equal((await ada.post('/shares', { event_type: `${ada.api}/event_types/NOBODYS` })).status, 404)
})
