// The background ends every key, also where nobody can look any more, and one bad row stops no other.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { PunctualError } from '../../src/index.ts'
import { refused } from '../typed/person.ts'
import { type BookingHost, runBackground, startBookingHost } from './booking-host.ts'

const hourMs = 3_600_000

/** Books under each key, and loses the request. */
async function startLost(t: TestContext, keys: readonly string[]): Promise<BookingHost> {
  const host = await startBookingHost(t, 'marked')
  const calendar = await host.process().calendar()
  host.fate = () => 'never_arrives'
  for (const key of keys)
    await refused(() => calendar.book(requestOf(key), { key }), 'provider_unavailable', { reason: 'outcome_unknown' })
  host.fate = () => 'fine'
  host.asked()
  return host
}

function requestOf(key: string) {
  const attendee = { name: key, email: `${key}@guests.example`, timeZone: 'Europe/Paris' }
  return { eventType: 'group1', start: '2030-01-07T09:00:00Z', attendee }
}

async function stateOf({ store, connection }: BookingHost, key: string): Promise<string> {
  const row = await store.bookingKeys.get(connection, hash('sha256', key, 'base64url'))
  return `${row?.state} ${row?.reason}`
}

test('a key of a disconnected connection is in doubt at once', async (t) => {
  const host = await startLost(t, ['one'])
  const { punctual, connection } = host.process()
  await (await connection()).disconnect()
  assert.deepEqual(await runBackground(host, 5 * 60_000, { punctual }), [])
  assert.equal(await stateOf(host, 'one'), 'unknown disconnected')
})

test('a key of a client that is not configured any more is in doubt after an hour', async (t) => {
  const host = await startLost(t, ['one'])
  const process = host.process(null, { hasClient: false })
  await runBackground(host, 0.5 * hourMs, process)
  assert.equal(await stateOf(host, 'one'), 'begun null')
  await runBackground(host, 1.5 * hourMs, process)
  assert.equal(await stateOf(host, 'one'), 'unknown unknown_client')
  assert.deepEqual(host.asked(), [])
})

test('a key is in doubt where the account may not read its bookings, and ends when it may', async (t) => {
  const host = await startLost(t, ['one'])
  host.reading = (request) => (request === 'GET /bookings' ? Response.json({}, { status: 403 }) : null)
  await runBackground(host, 5 * 60_000)
  assert.equal(await stateOf(host, 'one'), 'unknown cannot_look')
  const calendar = await host.process().calendar()
  const again = () => calendar.book(requestOf('one'), { key: 'one' })
  const message = /may not read its bookings/
  await refused(again, 'provider_unavailable', { reason: 'outcome_unknown', message })
  host.reading = () => null
  assert.equal((await again()).status, 'confirmed')
})

test('a key of a provider that never answers is in doubt after an hour', async (t) => {
  const host = await startLost(t, ['one'])
  host.reading = () => Response.json({}, { status: 503 })
  await runBackground(host, 2 * hourMs)
  assert.equal(await stateOf(host, 'one'), 'unknown not_told')
})

test('a key that does not open is reported once, stops no other, and its caller can go on', async (t) => {
  const host = await startLost(t, ['one', 'two'])
  const stranger = host.process(null, { key: Buffer.alloc(32, 9).toString('base64url') })
  const faults = await runBackground(host, 2 * hourMs, stranger)
  assert.equal(faults.filter((fault) => fault.startsWith('The booking key')).length, 2, faults.join('\n'))
  for (const key of ['one', 'two']) assert.equal(await stateOf(host, key), 'unknown unreadable')
  const calendar = await host.process().calendar()
  assert.equal((await calendar.book(requestOf('one'), { key: 'one' })).status, 'confirmed')
})

test('a row on which the work fails stops no other', async (t) => {
  const host = await startLost(t, ['one', 'two', 'three'])
  const { bookingKeys } = host.store
  const broken = hash('sha256', 'one', 'base64url')
  const { update } = bookingKeys
  Object.assign(bookingKeys, {
    update: (...how: Parameters<typeof update>) =>
      how[1] === broken ? Promise.reject(new PunctualError('store_unavailable', 'Broken.')) : update(...how),
  })
  await runBackground(host, 2 * hourMs)
  for (const key of ['two', 'three']) assert.equal(await stateOf(host, key), 'unknown not_found')
  assert.equal(await stateOf(host, 'one'), 'begun null')
})

test('keys are forgotten after 30 days', async (t) => {
  const host = await startLost(t, ['one'])
  await runBackground(host, 2 * hourMs)
  // Nothing is deleted until the clock has run for an hour without a step.
  host.advance(31 * 24 * hourMs)
  await runBackground(host, 2 * hourMs)
  assert.equal(await stateOf(host, 'one'), 'undefined undefined')
})
