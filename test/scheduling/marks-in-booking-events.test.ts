// A no-show and its end are events that say what was marked, however the booking has changed since.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { startEventHost } from './event-host.ts'

type Case = readonly [client: 'calendly' | 'calcom', options: SandboxOptions]

const cases: readonly Case[] = [
  ['calendly', {}],
  ['calendly', { switches: { calendlyNoShowPayload: 'no_show' } }],
  ['calcom', {}],
  ['calcom', { switches: { calcomRepeatedNoShowWebhook: false } }],
]

for (const [client, options] of cases) {
  const { switches = {} } = options
  const name = [client, ...Object.keys(switches)].join(', ')

  test(`each mark has its own value, although they are read together (${name})`, async (t) => {
    const { host, calendar, eventType, slots, events } = await startEventHost(t, client, 'Intro call', options)
    const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
    const booked = await calendar.book({ eventType, start: slots[0]?.start ?? '', attendee }, { key: 'one' })
    host.sandbox.clock.set(booked.end)
    for (const absent of [true, false, true, false]) {
      await calendar.markNoShow(booked, { attendee: attendee.email }, { absent })
      host.sandbox.clock.advance(1)
    }
    const shown = (await events())
      .slice(1)
      .map(({ type, complete, booking }) => [type, complete, booking.attendees.map(({ noShow }) => noShow)])
    assert.deepEqual(shown, [
      ['booking.no_show', true, [true]],
      ['booking.no_show_cleared', true, [false]],
      ['booking.no_show', true, [true]],
      ['booking.no_show_cleared', true, [false]],
    ])
  })

  test(`a mark that is set already is neither sent nor told again (${name})`, async (t) => {
    const { host, calendar, eventType, slots, events } = await startEventHost(t, client, 'Intro call', options)
    const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
    const booked = await calendar.book({ eventType, start: slots[0]?.start ?? '', attendee }, { key: 'one' })
    host.sandbox.clock.set(booked.end)
    for (const absent of [true, true, false, false]) {
      const { attendees } = await calendar.markNoShow(booked, { attendee: attendee.email }, { absent })
      assert.equal(attendees[0]?.noShow, absent)
      host.sandbox.clock.advance(1)
    }
    const types = (await events()).slice(1).map(({ type }) => type)
    assert.deepEqual(types, ['booking.no_show', 'booking.no_show_cleared'])
  })
}
