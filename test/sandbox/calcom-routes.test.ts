// Further routes that clients of Cal.com's API use: attendees, absence, what belongs to a booking, reservations,
// out of office, teams, time zones, calendars.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, connectCalcom, control, sendJson } from './app.ts'

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const at = '2026-11-23T09:00:00Z'

async function app(options: SandboxOptions = {}) {
  const sandbox = await box(options)
  const scope = 'BOOKING_READ BOOKING_WRITE SCHEDULE_READ SCHEDULE_WRITE APPS_READ'
  const { access_token: token } = await connectCalcom(sandbox, 'ada', scope)
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', scope)
  const root = sandbox.calcom.hosts.api
  const version = (path: string) => (path.startsWith('/slots') ? '2024-09-04' : '2026-02-25')
  const ask = (method: string, path: string, body?: object, by: string | null = token ?? null): Promise<Reply> =>
    sendJson(sandbox, method, `${root}/v2${path}`, by ?? undefined, body, { 'cal-api-version': version(path) })
  const book = async (start = at) =>
    (await ask('POST', '/bookings', { start, attendee, eventTypeId: 101001 }, null)).body.data
  const slots = async (): Promise<number> => {
    const query = 'eventTypeId=101001&start=2026-11-23&end=2026-11-24'
    const { data } = (await ask('GET', `/slots?${query}`, undefined, null)).body
    return Object.values(data as Record<string, unknown[]>).flat().length
  }
  return { sandbox, ask, book, slots, ben }
}

test('attendees are listed with a number, and one is added', async () => {
  const { ask, book, ben } = await app()
  const { uid, id } = await book()
  const [first, ...others] = (await ask('GET', `/bookings/${uid}/attendees`)).body.data
  assert.deepEqual(others, [])
  const { id: number, ...rest } = first
  assert.equal(typeof number, 'number')
  assert.deepEqual(rest, { ...attendee, displayEmail: attendee.email, language: 'en', absent: false })
  const second = { name: 'Hal', email: 'hal@guests.example', timeZone: 'UTC', language: 'de' }
  const added = await ask('POST', `/bookings/${uid}/attendees`, second)
  assert.deepEqual([added.status, added.body.data.bookingId, added.body.data.language], [201, id, 'de'])
  const listed = (await ask('GET', `/bookings/${uid}/attendees`)).body.data
  assert.deepEqual(
    listed.map((one: { email: string }) => one.email),
    [attendee.email, second.email],
  )
  assert.ok(listed[0].id !== listed[1].id)
  assert.equal((await ask('GET', `/bookings/${uid}`)).body.data.attendees.length, 2)
  assert.equal((await ask('GET', '/bookings?attendeeEmail=hal@guests.example')).body.data.length, 1)
  assert.equal((await ask('POST', `/bookings/${uid}/attendees`, second)).status, 400, 'twice')
  assert.equal((await ask('POST', `/bookings/${uid}/attendees`, { ...second, email: undefined })).status, 400)
  assert.equal(
    (await ask('POST', `/bookings/${uid}/attendees`, { ...second, email: undefined, phoneNumber: '+461' })).status,
    400,
  )
  assert.equal((await ask('GET', `/bookings/${uid}/attendees`, undefined, ben)).status, 403, 'another person’s')
  assert.equal((await ask('GET', '/bookings/nowhere/attendees')).status, 404)
})

test('five attendees a minute are added, and no more', async () => {
  const { sandbox, ask, book } = await app()
  const { uid } = await book()
  const add = async (count: number) =>
    (await ask('POST', `/bookings/${uid}/attendees`, { ...attendee, email: `a${count}@guests.example` })).status
  const statuses = []
  for (let count = 0; count < 6; count += 1) statuses.push(await add(count))
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 429])
  assert.equal((await ask('GET', `/bookings/${uid}/attendees`)).body.data.length, 6, 'reading goes on')
  sandbox.clock.advance(60)
  assert.equal(await add(7), 201)
})

test('the host and attendees are marked as absent, and unmarked', async () => {
  const { sandbox, ask, book } = await app({ now: () => Date.parse('2026-11-23T08:50:00Z') })
  const { uid } = await book()
  const mark = (body: object) => ask('POST', `/bookings/${uid}/mark-absent`, body)
  const { email } = attendee
  const early = await mark({ host: true })
  assert.equal(early.status, 400, 'nobody is absent before the start')
  assert.match(early.body.error.message, /^Bookings can only be marked as absent after their scheduled start time\./)
  sandbox.clock.advance(600)
  const done = await mark({ host: true, attendees: [{ email, absent: true }] })
  assert.deepEqual([done.status, done.body.data.absentHost, done.body.data.attendees[0].absent], [200, true, true])
  const back = await mark({ attendees: [{ email, absent: false }] })
  assert.deepEqual(
    [back.body.data.absentHost, back.body.data.attendees[0].absent],
    [true, false],
    'the host stays absent',
  )
  for (const wrong of [
    { host: 'yes' },
    { attendees: {} },
    { attendees: [{ email: 'else@guests.example', absent: true }] },
    { attendees: [{ email }] },
  ]) {
    assert.equal((await mark(wrong)).status, 400)
  }
})

test('a booking has no references or recordings, has calendar links, and cannot be reassigned', async () => {
  const { ask, book, ben } = await app()
  const { uid } = await book()
  for (const part of ['references', 'recordings']) {
    assert.deepEqual((await ask('GET', `/bookings/${uid}/${part}`)).body, { status: 'success', data: [] })
  }
  const links = (await ask('GET', `/bookings/${uid}/calendar-links`)).body.data
  assert.deepEqual(
    links.map((one: { label: string }) => one.label),
    ['Google Calendar', 'Microsoft Office', 'Microsoft Outlook', 'ICS'],
  )
  assert.ok(links[0].link.includes('20261123T090000Z%2F20261123T091500Z'))
  assert.ok(decodeURIComponent(links[3].link).includes(`UID:${uid}@Cal.com`))
  assert.equal((await ask('POST', `/bookings/${uid}/reassign`, {})).status, 400)
  for (const part of ['references', 'recordings', 'calendar-links']) {
    assert.equal((await ask('GET', `/bookings/${uid}/${part}`, undefined, ben)).status, 403)
    assert.equal((await ask('GET', `/bookings/${uid}/${part}`, undefined, null)).status, 403)
  }
})

test('a moved booking keeps the id of its calendar entry, and its attendees', async () => {
  const { ask, book } = await app()
  const { uid } = await book()
  await ask('POST', `/bookings/${uid}/attendees`, { ...attendee, email: 'hal@guests.example' })
  const { data } = (await ask('POST', `/bookings/${uid}/reschedule`, { start: '2026-11-23T10:00:00Z' })).body
  assert.deepEqual([data.icsUid, data.attendees.length, data.location.endsWith(data.uid)], [`${uid}@Cal.com`, 2, true])
})

test('reservations are read, moved and deleted without a token', async () => {
  const { sandbox, ask, slots } = await app()
  const before = await slots()
  const made = await ask('POST', '/slots/reservations', { eventTypeId: 101001, slotStart: at }, null)
  const uid = made.body.data.reservationUid
  const path = `/slots/reservations/${uid}`
  assert.deepEqual((await ask('GET', path, undefined, null)).body.data, made.body.data)
  const body = { eventTypeId: 101001, slotStart: '2026-11-23T10:00:00Z', reservationDuration: 20 }
  const moved = await ask('PATCH', path, body, null)
  assert.deepEqual(
    [moved.status, moved.body.data.reservationUid, moved.body.data.slotStart, moved.body.data.reservationDuration],
    [200, uid, '2026-11-23T10:00:00.000Z', 20],
  )
  assert.equal((await ask('PATCH', path, body, null)).status, 200, 'its own slot is not taken')
  assert.equal(await slots(), before - 1)
  const gone = await ask('DELETE', path, undefined, null)
  assert.deepEqual([gone.status, gone.body], [200, { status: 'success' }])
  assert.equal(await slots(), before)
  assert.deepEqual((await ask('GET', path, undefined, null)).body, { status: 'success', data: null })
  assert.equal((await ask('DELETE', path, undefined, null)).status, 404)
  assert.equal((await ask('PATCH', path, body, null)).status, 404)
  const short = await ask('POST', '/slots/reservations', { eventTypeId: 101001, slotStart: at }, null)
  sandbox.clock.advance(300)
  assert.equal(
    (await ask('GET', `/slots/reservations/${short.body.data.reservationUid}`, undefined, null)).body.data,
    null,
  )
})

test('out of office is created, listed, changed and deleted; its days have no slots', async () => {
  const { ask, slots, ben } = await app()
  const before = await slots()
  const made = await ask('POST', '/me/ooo', {
    start: '2026-11-23T10:00:00Z',
    end: '2026-11-23T12:00:00Z',
    notes: 'Sea',
  })
  assert.equal(made.status, 201)
  const { id, uuid, ...rest } = made.body.data
  assert.deepEqual([typeof id, uuid.length], ['number', 36])
  assert.deepEqual(rest, {
    userId: 101,
    toUserId: null,
    start: '2026-11-23T00:00:00.000Z',
    end: '2026-11-23T23:59:59.999Z',
    notes: 'Sea',
    reason: 'unspecified',
  })
  assert.equal(await slots(), before / 2)
  const later = await ask('POST', '/me/ooo', { start: '2026-12-01', end: '2026-12-02', reason: 'vacation' })
  const ids = async (query = '') => (await ask('GET', `/me/ooo${query}`)).body.data.map((one: { id: number }) => one.id)
  assert.deepEqual(await ids('?sortStart=desc'), [later.body.data.id, id])
  assert.deepEqual(await ids('?sortEnd=asc&take=1&skip=1'), [later.body.data.id])
  const changed = await ask('PATCH', `/me/ooo/${id}`, { end: '2026-11-24', reason: 'sick', notes: null })
  assert.deepEqual(
    [changed.status, changed.body.data.end, changed.body.data.reason, changed.body.data.notes],
    [200, '2026-11-24T23:59:59.999Z', 'sick', null],
  )
  assert.equal(await slots(), 0)
  assert.equal((await ask('DELETE', `/me/ooo/${id}`, undefined, ben)).status, 404, 'another person’s')
  const gone = await ask('DELETE', `/me/ooo/${id}`)
  assert.deepEqual([gone.status, gone.body.data.id, await slots()], [200, id, before])
  for (const wrong of [
    { start: undefined },
    { end: 'soon' },
    { end: '2026-11-22' },
    { reason: 'lazy' },
    { notes: 1 },
    { toUserId: 'x' },
  ]) {
    assert.equal((await ask('POST', '/me/ooo', { start: '2026-11-23', end: '2026-11-23', ...wrong })).status, 400)
  }
  assert.equal((await ask('GET', '/me/ooo?take=0')).status, 400)
  assert.equal((await ask('GET', '/me/ooo?skip=-1')).status, 400)
})

test('teams, time zones, conferencing and busy times', async () => {
  const { sandbox, ask } = await app({ switches: { calcomUnknownScopes: 'none' } })
  const [team, ...others] = (await ask('GET', '/teams')).body.data
  assert.deepEqual([team.id, team.slug, team.isOrganization, others], [11, 'team-11', false, []])
  const zones = (await ask('GET', '/timezones', undefined, null)).body.data
  assert.ok(zones.some((one: object) => JSON.stringify(one) === '{"city":"Stockholm","timezone":"Europe/Stockholm"}'))
  assert.deepEqual((await ask('GET', '/conferencing')).body, { status: 'success', data: [] })
  const query =
    'dateFrom=2026-11-23&dateTo=2026-11-24&calendarsToLoad[0][credentialId]=1&calendarsToLoad[0][externalId]=a'
  assert.deepEqual((await ask('GET', `/calendars/busy-times?${query}`)).body, { status: 'success', data: [] })
  assert.equal((await ask('GET', '/calendars/busy-times?dateFrom=2026-11-23')).status, 400)
  const me = (await connectCalcom(sandbox, 'ada', 'PROFILE_READ')).access_token ?? ''
  assert.equal((await ask('GET', '/me', undefined, me)).body.data.locale, 'en')
  assert.equal((await ask('GET', '/conferencing', undefined, me)).status, 403)
  assert.equal((await ask('GET', '/calendars/busy-times', undefined, me)).status, 403)
  await control(sandbox, 'POST', 'switches', { calcomUnknownScopes: 'assumed' })
  assert.equal((await ask('GET', '/teams')).status, 403)
})
