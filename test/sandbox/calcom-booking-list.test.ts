// Cal.com's bookings in answers: their fields, and lists with filters, by skip and by cursor.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from './app.ts'
import { call, control, sendJson } from './app.ts'
import { api, at, attendee } from './calcom-app.ts'

test('a booking has the fields of the hosted API, and guests if they were named', async () => {
  const { book, get, token, sandbox } = await api()
  const { data } = (await book(at)).body
  const location = `${sandbox.calcom.hosts.app}/video/${data.uid}`
  assert.deepEqual([data.location, data.meetingUrl, data.icsUid], [location, location, `${data.uid}@Cal.com`])
  assert.deepEqual(
    [data.cancellationReason, data.cancelledByEmail, data.rating, data.rescheduledByEmail, data.absentHost],
    ['', '', null, null, false],
  )
  assert.deepEqual(data.bookingFieldsResponses, {
    name: attendee.name,
    email: attendee.email,
    displayEmail: attendee.email,
  })
  assert.ok(!('guests' in data))
  const guests = ['x@guests.example']
  const guested = (await book('2026-11-23T10:00:00Z', { guests })).body.data
  assert.deepEqual([guested.guests, guested.bookingFieldsResponses.guests], [guests, guests])
  const emails = async () =>
    (await get('/v2/bookings', token)).body.data.map(
      (one: { attendees: object[] }) => 'email' in (one.attendees[0] ?? {}),
    )
  assert.deepEqual(await emails(), [true, true])
  await control(sandbox, 'POST', 'switches', { calcomAttendeeEmailInLists: false })
  assert.deepEqual(await emails(), [false, false])
  const [listed] = (await get('/v2/bookings', token)).body.data
  assert.equal(listed.attendees[0].displayEmail, attendee.email)
  assert.equal((await get(`/v2/bookings/${data.uid}`)).body.data.attendees[0].email, attendee.email)
})

test('with the provider’s own addresses a booking has Cal.com’s own video link', async () => {
  const { book } = await api({ ownAddresses: true })
  const { data } = (await book(at)).body
  assert.equal(data.location, `https://app.cal.com/video/${data.uid}`)
})

test('version 2026-05-01 pages by cursor: limit, one status, and no take', async () => {
  const { book, get, sandbox, token } = await api()
  for (const hour of ['09', '10', '11']) await book(`2026-11-23T${hour}:00:00Z`)
  const list = (query: string) =>
    call(sandbox, `${sandbox.calcom.hosts.api}/v2/bookings${query}`, token, { 'cal-api-version': '2026-05-01' })
  const starts = ({ body }: Reply) => body.data.map((one: { start: string }) => one.start.slice(11, 13))
  const first = await list('?limit=2&take=1&status=upcoming')
  assert.deepEqual([first.status, starts(first), first.body.pagination.hasMore], [200, ['09', '10'], true])
  const cursor = first.body.pagination.nextCursor
  const second = await list(`?limit=2&cursor=${cursor}`)
  assert.deepEqual([starts(second), second.body.pagination], [['11'], { hasMore: false, nextCursor: null }])
  assert.deepEqual((await list('')).body.pagination, { hasMore: false, nextCursor: null })
  for (const query of ['?limit=0', '?limit=101', '?cursor=nowhere', '?status=past,upcoming']) {
    assert.equal((await list(query)).status, 400, query)
  }
  assert.equal((await get('/v2/bookings?limit=1', token)).body.data.length, 3, 'other versions know no limit')
  const post = await sendJson(
    sandbox,
    'POST',
    `${sandbox.calcom.hosts.api}/v2/bookings`,
    token,
    {},
    {
      'cal-api-version': '2026-05-01',
    },
  )
  assert.equal(post.status, 404, 'only the list has that version')
})

test('the list: filters, order, pages; and a dead token is 403 there and echoed, 401 where booking is public', async () => {
  const { book, get, post, token, sandbox } = await api()
  for (const hour of ['12', '10', '11']) await book(`2026-11-23T${hour}:00:00Z`)
  await book('2026-11-24T09:00:00Z', { eventTypeId: 101002, attendee: { ...attendee, email: 'other@guests.example' } })
  const starts = async (query: string) =>
    (await get(`/v2/bookings${query}`, token)).body.data.map((one: { start: string }) => one.start.slice(8, 13))
  assert.deepEqual(await starts(''), ['23T10', '23T11', '23T12', '24T09'])
  assert.deepEqual(await starts('?sortCreated=desc'), ['24T09', '23T11', '23T10', '23T12'])
  assert.deepEqual(await starts('?attendeeEmail=other@guests.example'), ['24T09'])
  assert.deepEqual(await starts('?eventTypeIds=101002,101003'), ['24T09'])
  assert.deepEqual(await starts('?afterStart=2026-11-23T11:30:00Z&beforeEnd=2026-11-24T00:00:00Z'), ['23T12'])
  assert.deepEqual(await starts('?status=past'), [])
  assert.deepEqual(await starts('?status=upcoming,past&take=2&skip=1'), ['23T11', '23T12'])
  const { pagination } = (await get('/v2/bookings?take=2&skip=2', token)).body
  assert.deepEqual(
    [pagination.currentPage, pagination.totalPages, pagination.hasNextPage, pagination.hasPreviousPage],
    [2, 2, false, true],
  )
  for (const query of ['?take=0', '?take=251', '?skip=-1', '?status=open', '?sortStart=up', '?afterStart=soon']) {
    assert.equal((await get(`/v2/bookings${query}`, token)).status, 400, query)
  }
  sandbox.clock.advance(1800)
  const dead = await get('/v2/bookings', token)
  assert.deepEqual(
    [dead.status, dead.body.error.message],
    [403, `PermissionsGuard - no oAuth client found for access token=${token}`],
  )
  const create = await post('/v2/bookings', { start: at, attendee, eventTypeId: 101001 }, token)
  assert.deepEqual([create.status, create.body.error.message], [401, 'Invalid Access Token.'])
})
