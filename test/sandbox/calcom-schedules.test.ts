// Cal.com's schedules: managing them, their owners, and that slots and bookings follow the default one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, connectCalcom, sendJson } from './app.ts'

const week = [{ days: ['Monday', 'Tuesday'], startTime: '08:00', endTime: '10:00' }]
const evenings = { name: 'Evenings', timeZone: 'Asia/Tokyo', isDefault: false, availability: week }

async function app(options: SandboxOptions = {}, who = 'ada', scope = 'SCHEDULE_READ SCHEDULE_WRITE PROFILE_READ') {
  const sandbox = await box(options)
  const { access_token: token } = await connectCalcom(sandbox, who, scope)
  const root = sandbox.calcom.hosts.api
  const ask = (method: string, path: string, body?: object, by = token, version = '2024-06-11'): Promise<Reply> =>
    sendJson(sandbox, method, `${root}/v2${path}`, by, body, { 'cal-api-version': version })
  const slots = async (): Promise<string[]> => {
    const query = 'eventTypeId=101001&start=2026-11-23&end=2026-11-27&timeZone=UTC'
    const { body } = await ask('GET', `/slots?${query}`, undefined, undefined, '2024-09-04')
    const days: { start: string }[][] = Object.values(body.data)
    return days.flat().map(({ start }) => start)
  }
  return { sandbox, ask, slots }
}

test('schedules are created, listed, read, changed and deleted', async () => {
  const { ask } = await app()
  const made = await ask('POST', '/schedules', evenings)
  assert.equal(made.status, 201)
  const { id, ...rest } = made.body.data
  assert.equal(typeof id, 'number')
  assert.deepEqual(rest, { ...evenings, ownerId: 101, overrides: [] })
  const plain = await ask('POST', '/schedules', { name: 'Plain', timeZone: 'UTC', isDefault: false })
  assert.equal(plain.body.data.availability[0].days.length, 5)
  const names = async () => (await ask('GET', '/schedules')).body.data.map((one: { name: string }) => one.name)
  assert.deepEqual(await names(), ['Working hours', 'Evenings', 'Plain'])
  assert.deepEqual((await ask('GET', `/schedules/${id}`)).body.data, made.body.data)
  const overrides = [{ date: '2026-12-24', startTime: '10:00', endTime: '12:00' }]
  const changed = await ask('PATCH', `/schedules/${id}`, { name: 'Mornings', overrides })
  assert.deepEqual([changed.status, changed.body.data], [200, { ...made.body.data, name: 'Mornings', overrides }])
  const gone = await ask('DELETE', `/schedules/${id}`)
  assert.deepEqual([gone.status, gone.body], [200, { status: 'success' }])
  assert.deepEqual(await names(), ['Working hours', 'Plain'])
  const again = (await ask('POST', '/schedules', evenings)).body.data.id
  assert.ok(again !== id, 'a number is not used twice')
})

test('one schedule is the default until another becomes it', async () => {
  const { ask } = await app()
  const { id } = (await ask('POST', '/schedules', { ...evenings, isDefault: true })).body.data
  assert.equal((await ask('GET', '/schedules/default')).body.data.id, id)
  assert.equal((await ask('GET', '/me')).body.data.defaultScheduleId, id)
  assert.equal((await ask('PATCH', `/schedules/${id}`, { isDefault: false })).body.data.isDefault, true)
  assert.equal((await ask('PATCH', '/schedules/1010', { isDefault: true })).body.data.isDefault, true)
  const all = (await ask('GET', '/schedules')).body.data
  assert.deepEqual(
    all.map((one: { isDefault: boolean }) => one.isDefault),
    [true, false],
  )
})

test('slots and bookings follow the default schedule, its zone and its overrides; without one there are none', async () => {
  const { ask, slots } = await app()
  assert.ok((await slots()).includes('2026-11-23T09:00:00.000Z'))
  const overrides = [{ date: '2026-11-24', startTime: '20:00', endTime: '20:30' }]
  const { id } = (await ask('POST', '/schedules', { ...evenings, isDefault: true, overrides })).body.data
  const monday = ['00:00', '00:15', '00:30', '00:45'].map((time) => `2026-11-23T${time}:00.000Z`)
  assert.deepEqual(await slots(), [...monday, '2026-11-24T11:00:00.000Z', '2026-11-24T11:15:00.000Z'])
  const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
  const book = async (start: string) =>
    (await ask('POST', '/bookings', { start, attendee, eventTypeId: 101001 }, undefined, '2026-02-25')).status
  assert.deepEqual([await book('2026-11-23T09:00:00Z'), await book('2026-11-24T11:00:00Z')], [400, 201])
  await ask('DELETE', `/schedules/${id}`)
  assert.deepEqual([(await ask('GET', '/schedules/default')).body.data, await slots()], [null, []])
  assert.equal((await ask('GET', '/me')).body.data.defaultScheduleId, null)
})

test('schedules: owner, scope, version, and the required fields of a body', async () => {
  const { sandbox, ask } = await app()
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', 'SCHEDULE_READ')
  const said = ({ status, body }: Reply) => [status, body.error.message]
  assert.deepEqual(said(await ask('GET', '/schedules/1010', undefined, ben)), [
    403,
    'User with ID=102 does not own schedule with ID=1010',
  ])
  assert.deepEqual(said(await ask('PATCH', '/schedules/7', {})), [404, 'Schedule with ID=7 does not exist.'])
  assert.deepEqual(said(await ask('DELETE', '/schedules/7')), [400, 'Schedule with ID=7 does not exist.'])
  assert.equal((await ask('POST', '/schedules', evenings, ben)).status, 403)
  assert.deepEqual(said(await ask('POST', '/schedules', evenings, undefined, '2024-08-13')), [
    404,
    'Cannot POST /v2/schedules',
  ])
  assert.equal((await ask('GET', '/schedules', undefined, undefined, '2024-06-14')).status, 200)
  const wrong: object[] = [
    { name: undefined },
    { timeZone: 'Mars' },
    { isDefault: 'yes' },
    { isDefault: undefined },
    { overrides: {} },
    { availability: [{ ...week[0], days: ['monday'] }] },
    { availability: [{ ...week[0], startTime: '8:00' }] },
    { overrides: [{ date: '24.12.2026', startTime: '08:00', endTime: '09:00' }] },
  ]
  for (const one of wrong) assert.equal((await ask('POST', '/schedules', { ...evenings, ...one })).status, 400)
  assert.equal((await ask('GET', '/schedules')).body.data.length, 1)
})
