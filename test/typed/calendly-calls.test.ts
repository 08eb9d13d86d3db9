// Every typed call of Calendly, against the sandbox.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { CalendlyApi, CalendlyEventType } from '../../src/providers/calendly/index.ts'
import { all, calendlyPerson, day, hour, type Person, refused } from './person.ts'

const guest = { name: 'Gil Guest', email: 'gil@guests.example', timezone: 'Europe/Paris' }

async function bookable(t: TestContext) {
  const ada = await calendlyPerson(t)
  const [eventType] = await all(ada.typed.eventTypes({ active: true, sort: 'position:asc' }))
  assert.ok(eventType)
  return { ...ada, eventType, times: await timesOf(ada, eventType) }
}

async function timesOf({ typed, at }: Person<CalendlyApi>, eventType: CalendlyEventType): Promise<string[]> {
  const query = { event_type: eventType.uri, start_time: at(hour), end_time: at(6 * day) }
  return (await typed.availableTimes(query)).map((time) => time.start_time)
}

describe('Calendly: people and event types', () => {
  test('reads the user, another user and the current organization', async (t) => {
    const { typed, connection, asked } = await calendlyPerson(t)
    const me = await typed.me()
    assert.equal(me.uri, connection.account.id)
    assert.equal((await typed.user(me.uri)).email, me.email)
    asked()
    assert.equal((await typed.organization()).uri, me.current_organization)
    assert.equal((await typed.organization(me.current_organization)).kind, 'multiple')
    const path = new URL(me.current_organization).pathname.replace('/calendly/api', '')
    assert.deepEqual(asked(), ['GET /users/me', `GET ${path}`, `GET ${path}`])
  })

  test('lists memberships and teams, of the connection’s user by default', async (t) => {
    const { typed, connection, asked } = await calendlyPerson(t)
    const { current_organization: organization } = await typed.me()
    asked()
    const [own] = await all(typed.organizationMemberships())
    assert.deepEqual([own?.role, own?.user.uri, own?.organization], ['owner', connection.account.id, organization])
    assert.deepEqual(asked(), ['GET /organization_memberships'])
    const others = await all(typed.organizationMemberships({ organization, role: 'user' }))
    assert.deepEqual(
      others.map(({ user }) => user.name),
      ['Ben Carter'],
    )
    const [team] = await all(typed.teams({ user: connection.account.id }))
    assert.deepEqual([team?.name, team?.organization], ['Northwind Team', organization])
  })

  test('lists event types of the connection’s user by default, and keeps fields without a name in the types', async (t) => {
    const { typed } = await calendlyPerson(t)
    const own = await all(typed.eventTypes())
    assert.deepEqual([own.length, own[0]?.name, own.at(-1)?.active], [23, 'Meeting 01', false])
    assert.equal((await all(typed.eventTypes({ active: true }))).length, 22)
    const { current_organization: organization } = await typed.me()
    assert.ok((await all(typed.eventTypes({ organization }))).length > own.length)
    const one = await typed.eventType(own[0]?.uri ?? '')
    assert.deepEqual(one, own[0])
    assert.deepEqual([one.profile?.type, one.custom_questions], ['User', []])
    assert.equal(((await typed.me()) as unknown as Record<string, unknown>).resource_type, 'User')
  })

  test('continues a list where an earlier loop stopped', async (t) => {
    const { typed, asked } = await calendlyPerson(t)
    const list = typed.eventTypes({ count: 10 })
    asked()
    for await (const { name } of list) if (name === 'Meeting 12') break
    assert.equal(asked().length, 2)
    assert.ok(list.position)
    const rest = await all(typed.eventTypes({ count: 10 }, { from: list.position }))
    assert.deepEqual([rest.length, rest[0]?.name], [11, 'Meeting 13'])
  })

  test('creates scheduling links and shares', async (t) => {
    const { typed, eventType } = await bookable(t)
    const link = await typed.createSchedulingLink({ owner: eventType.uri })
    assert.deepEqual([link.owner, link.owner_type], [eventType.uri, 'EventType'])
    const share = await typed.createShare({ event_type: eventType.uri, name: 'A talk', duration_options: [15, 30] })
    assert.equal(share.scheduling_links[0]?.owner, eventType.uri)
    assert.equal(share.share_override?.name, 'A talk')
    const wrong = { event_type: eventType.uri, duration: 17 }
    await refused(() => typed.createShare(wrong), 'provider_refused', { reason: 'invalid_request' })
  })
})

describe('Calendly: availability and bookings', () => {
  test('books an available time, which is busy afterwards, and cancels it', async (t) => {
    const { typed, eventType, times, at, asked } = await bookable(t)
    const [start = ''] = times
    asked()
    const booked = await typed.book({
      event_type: eventType.uri,
      start_time: new Date(start),
      invitee: guest,
      tracking: { utm_source: 'punctual' },
      questions_and_answers: [{ question: 'Why?', answer: '', position: 0 }],
      location: { kind: 'outbound_call', location: '+46 8 123' },
      event_guests: ['x@guests.example'],
    })
    assert.deepEqual(asked(), ['POST /invitees'])
    assert.deepEqual([booked.email, booked.status], [guest.email, 'active'])
    assert.deepEqual(booked.tracking, {
      ...{ utm_campaign: null, utm_source: 'punctual', utm_medium: null },
      ...{ utm_content: null, utm_term: null, salesforce_uuid: null },
    })
    const event = await typed.scheduledEvent(booked.event)
    assert.equal(Date.parse(event.start_time), Date.parse(start))
    assert.equal(event.location?.type, 'outbound_call')
    assert.deepEqual(await all(typed.scheduledEvents({ status: 'active', min_start_time: at(0) })), [event])
    assert.deepEqual(await all(typed.scheduledEvents({ invitee_email: 'nobody@guests.example' })), [])
    const [busy] = await typed.busyTimes({ start_time: at(0), end_time: at(6 * day) })
    assert.deepEqual([busy?.type, busy?.event?.uri], ['calendly', event.uri])
    assert.deepEqual(await all(typed.invitees(event.uri, { status: 'active', email: guest.email })), [booked])
    assert.deepEqual(await typed.invitee(booked.uri), booked)

    const canceled = await typed.cancel(event.uri)
    assert.deepEqual([canceled.canceler_type, canceled.reason], ['host', null])
    await refused(() => typed.cancel(event.uri), 'provider_refused', { reason: 'already_done' })
    assert.equal((await typed.scheduledEvent(event.uri)).cancellation?.canceler_type, 'host')
  })

  test('sends a reason only if there is one, since some accounts are refused with one', async (t) => {
    const { typed, eventType, times, set } = await bookable(t)
    await set({ calendlyCancelReasonRefused: true })
    const booked = await typed.book({ event_type: eventType.uri, start_time: times[0] ?? '', invitee: guest })
    const attempt = () => typed.cancel(booked.event, { reason: 'ill' })
    await refused(attempt, 'provider_refused', { reason: 'invalid_request' })
    await typed.cancel(booked.event, {})
  })

  test('reports a slot that is not free, so that a caller can offer another', async (t) => {
    const { typed, eventType, times } = await bookable(t)
    const desired = { event_type: eventType.uri, start_time: times[0] ?? '', invitee: guest }
    await typed.book(desired)
    const error = await refused(() => typed.book(desired), 'provider_refused', { reason: 'slot_taken' })
    assert.equal(error.answer?.status, 400)
  })

  test('marks a no-show, and deletes the mark', async (t) => {
    const { typed, eventType, times } = await bookable(t)
    const booked = await typed.book({ event_type: eventType.uri, start_time: times[0] ?? '', invitee: guest })
    const mark = await typed.createNoShow(booked.uri)
    assert.equal(mark.invitee, booked.uri)
    assert.deepEqual(await typed.noShow(mark.uri), mark)
    assert.equal((await typed.invitee(booked.uri)).no_show?.uri, mark.uri)
    assert.equal(await typed.deleteNoShow(mark.uri), undefined)
    await refused(() => typed.noShow(mark.uri), 'provider_refused', { reason: 'not_found' })
  })

  test('reads schedules, and reports a failure of a calendar behind Calendly', async (t) => {
    const { typed, connection, at, set } = await calendlyPerson(t)
    const [schedule] = await typed.availabilitySchedules()
    assert.equal(schedule?.user, connection.account.id)
    assert.deepEqual(await typed.availabilitySchedule(schedule?.uri ?? ''), schedule)
    assert.deepEqual(schedule?.rules.find(({ wday }) => wday === 'monday')?.intervals, [{ from: '09:00', to: '17:00' }])
    await set({ calendlyExternalCalendar: 'fails' })
    const attempt = () => typed.busyTimes({ start_time: at(0), end_time: at(day) })
    await refused(attempt, 'provider_refused', { reason: 'calendar_unavailable' })
  })
})

describe('Calendly: webhook subscriptions', () => {
  test('creates, lists, reads and deletes one of the connection’s user, in the current organization', async (t) => {
    const { typed, connection, asked } = await calendlyPerson(t)
    const url = 'https://app.example.com/hooks'
    const made = await typed.createWebhookSubscription({ url, events: ['invitee.created', 'invitee.canceled'] })
    assert.deepEqual([made.callback_url, made.scope, made.user], [url, 'user', connection.account.id])
    assert.deepEqual(asked(), ['GET /users/me', 'POST /webhook_subscriptions'])
    const again = () => typed.createWebhookSubscription({ url, events: ['invitee.created'] })
    await refused(again, 'provider_refused', { reason: 'already_exists' })
    assert.deepEqual(await typed.webhookSubscription(made.uri), made)
    const { organization } = made
    await typed.createWebhookSubscription({ url: `${url}/2`, events: ['invitee.created'], organization })
    asked()
    const list = typed.webhookSubscriptions({ count: 1 })
    assert.deepEqual(asked(), [], 'nothing is requested before the list is read')
    for await (const one of list) {
      assert.deepEqual(one, made)
      break
    }
    assert.deepEqual(asked(), ['GET /users/me', 'GET /webhook_subscriptions'])
    const rest = await all(typed.webhookSubscriptions({ count: 1 }, { from: list.position ?? '' }))
    assert.deepEqual([rest.length, rest[0]?.callback_url], [1, `${url}/2`])
    assert.deepEqual(asked(), ['GET /webhook_subscriptions'])
    assert.equal((await all(list)).length, 1, 'the same list goes on, too')
    assert.equal((await all(typed.webhookSubscriptions({ organization, scope: 'organization' }))).length, 0)
    await typed.deleteWebhookSubscription(made.uri)
    await refused(() => typed.webhookSubscription(made.uri), 'provider_refused', { reason: 'not_found' })
  })

  test('returns sample data of a webhook', async (t) => {
    const { typed } = await calendlyPerson(t)
    const sample = await typed.sampleWebhookData({ event: 'invitee.canceled' })
    assert.equal(sample.event, 'invitee.canceled')
    assert.equal(sample.payload.status, 'canceled')
    const strange = { event: 'nothing.happened' }
    await refused(() => typed.sampleWebhookData(strange), 'provider_refused', { reason: 'invalid_request' })
  })
})
