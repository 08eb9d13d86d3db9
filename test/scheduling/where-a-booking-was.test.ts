// `previousStart` says when a moved or rebooked meeting was before, in whatever verb returns the booking.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { scheduling } from '../../src/scheduling/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startQuietHost } from '../support/host.ts'
import { all, calcomPerson, calendlyPerson, day, hour } from '../typed/person.ts'
import { startEventHost } from './event-host.ts'

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

for (const person of [calendlyPerson, calcomPerson])
  test(`at ${person === calendlyPerson ? 'calendly' : 'calcom'}`, async (t) => {
    const { connection, at } = await person(t, 'eve')
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes())).find(({ name }) => name === 'Intro call')
    assert.ok(eventType)
    const slots = await all(calendar.slots({ eventType, from: at(hour), to: at(7 * day) }))
    const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
    const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
    const moved = await calendar.reschedule(booked, { start: other }, { allow: 'rebook' })
    assert.ok(moved.outcome === 'moved' || moved.outcome === 'rebooked')
    const { id } = moved.booking
    const shown = [
      moved.booking,
      await calendar.booking(id),
      ...(await all(calendar.bookings({ from: other }))),
      await calendar.cancel(id),
      await calendar.cancel(id),
    ]
    assert.deepEqual(
      shown.map(({ previousStart }) => previousStart),
      shown.map(() => one),
    )
  })

test('in the event of a booking that was booked again', async (t) => {
  const { calendar, eventType, slots, events } = await startEventHost(t, 'calendly', 'Intro call')
  const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
  const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
  await calendar.reschedule(booked, { start: other }, { allow: 'rebook' })
  const made = (await events()).find(({ booking }) => booking.replaces === booked.id)
  assert.deepEqual([made?.type, made?.booking.previousStart], ['booking.created', one])
})

for (const [client, scopes] of [
  ['calendly', calendlyScopes],
  ['calcom', calcomScopes],
] as const)
  test(`another process at ${client} knows it without reading the booking that was replaced`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'punctual.db')
    const host = await startQuietHost(t, { store: sqlite(file) })
    const connection = await host.connect(client, { account: 'eve', scopes: [...scopes] })
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes())).find(({ name }) => name === 'Intro call')
    assert.ok(eventType)
    const at = (ms: number) => new Date(host.clock.now() + ms)
    const slots = await all(calendar.slots({ eventType, from: at(hour), to: at(7 * day) }))
    const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
    const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
    await calendar.reschedule(booked, { start: other }, { allow: 'rebook' })

    const another = host.another({ store: sqlite(file) })
    const calendarThere = scheduling(await another.connections.get(connection.id))
    const before = host.sandbox.requests().length
    const [found] = await all(calendarThere.bookings({ from: other }))
    assert.deepEqual([found?.replaces, found?.previousStart], [booked.id, one])
    const asked = host.sandbox.requests().slice(before)
    const old = booked.id.split('/').at(-1) ?? ''
    assert.ok(asked.length > 0)
    assert.deepEqual(
      asked.map(({ path }) => path).filter((path) => path.includes(old)),
      [],
    )
  })
