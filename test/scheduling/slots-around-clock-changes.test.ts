// Slots at both providers around every clock change of the next two years, in every zone, compared with a plain look at what
// the wall clock shows at each quarter of an hour.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calcomApi } from '../../src/providers/calcom/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type SlotsQuery, scheduling } from '../../src/scheduling/index.ts'
import { start } from '../support/dates.ts'
import { startQuietHost } from '../support/host.ts'
import { all } from '../typed/person.ts'

const minuteMs = 60_000
const quarterMs = 15 * minuteMs
const dayMs = 86_400_000
const began = Date.parse('2026-11-21T12:00:00Z')

interface ClockChange {
  readonly zone: string
  /** The first quarter of an hour after it. */
  readonly at: number
}

interface Reading {
  readonly weekday: string
  /** Minutes since the midnight that the clock shows. */
  readonly minutes: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a wall clock shows: `Fri 09:15`. */
function readingOf(zone: string, at: number): Reading {
  let format = formats.get(zone)
  if (!format) {
    const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...parts })
    formats.set(zone, format)
  }
  const [, weekday = '', hours, minutes] = /^(\w+),? (\d\d):(\d\d)$/.exec(format.format(at)) ?? []
  return { weekday, minutes: Number(hours) * 60 + Number(minutes) }
}

function offsetAt(zone: string, at: number): number {
  return (readingOf(zone, at).minutes * minuteMs - (at % dayMs) + 3 * dayMs) % dayMs
}

function clockChanges(): ClockChange[] {
  const found: ClockChange[] = []
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    for (let at = began; at < began + 730 * dayMs; at += 10 * dayMs) {
      let [low, high] = [at, at + 10 * dayMs]
      if (offsetAt(zone, low) === offsetAt(zone, high)) continue
      while (high - low > quarterMs) {
        const middle = low + Math.floor((high - low) / 2 / quarterMs) * quarterMs
        if (offsetAt(zone, middle) === offsetAt(zone, low)) low = middle
        else high = middle
      }
      found.push({ zone, at: high })
    }
  }
  return found
}

/** Every quarter of an hour of the span at which the clock shows a time that counts. */
function quartersWhen(zone: string, from: number, to: number, counts: (reading: Reading) => boolean): string[] {
  const found: string[] = []
  for (let at = Math.ceil(from / quarterMs) * quarterMs; at < to; at += quarterMs)
    if (counts(readingOf(zone, at))) found.push(new Date(at).toISOString().replace('.000Z', 'Z'))
  return found
}

const changes = clockChanges()

/** One zone of those whose clocks change at the same moments and show the same. */
function zonesByClock(): string[] {
  const found = new Map<string, string>()
  for (const [zone, own] of Map.groupBy(changes, (change) => change.zone))
    found.set(own.map(({ at }) => `${at} ${offsetAt(zone, at)}`).join(), zone)
  return [...found.values()]
}

test('there are as many clock changes as expected, and half an hour on Lord Howe is among them', () => {
  const howe = changes.filter(({ zone }) => zone === 'Australia/Lord_Howe')
  assert.equal(howe.length, 4)
  for (const { zone, at } of howe)
    assert.equal(Math.abs(offsetAt(zone, at) - offsetAt(zone, at - quarterMs)), 30 * minuteMs)
  assert.ok(changes.length > 300)
})

test('Cal.com, at night: from midnight to six in steps of 15 minutes, as many as the clock has', async (t) => {
  const host = await startQuietHost(t, {}, { now: () => start })
  const connection = await host.connect('calcom', { account: 'ada', scopes: [...calcomScopes] })
  const [calendar, typed] = [scheduling(connection), calcomApi(connection)]
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
  const night = { name: 'Night', isDefault: true, availability: [{ days, startTime: '00:00', endTime: '06:00' }] }
  const { id } = await typed.createSchedule({ ...night, timeZone: 'UTC' })
  const eventType = (await all(calendar.eventTypes())).find(({ durations }) => durations[0] === 15)
  assert.ok(eventType)
  let zoneNow = 'UTC'
  for (const { zone, at } of changes) {
    // The clock stands still: on the machine's, a fast one would have no room for so many calls.
    host.sandbox.clock.advance(5)
    if (zone !== zoneNow) await typed.updateSchedule(id, { timeZone: zone })
    zoneNow = zone
    const span = { from: at - dayMs, to: at + dayMs }
    const query: SlotsQuery = { eventType, from: new Date(span.from), to: new Date(span.to), timeZone: zone }
    const found = (await all(calendar.slots(query))).map(({ start }) => start)
    const expected = quartersWhen(zone, span.from, span.to, ({ minutes }) => minutes < 360)
    assert.deepEqual(found, expected, `${zone} ${new Date(at).toISOString()}`)
  }
})

test('Calendly, by day: office hours on either side, and where two windows meet', async (t) => {
  const zones = zonesByClock()
  assert.ok(zones.length > 20 && zones.includes('Australia/Lord_Howe'))
  const accounts = zones.map((timeZone, index) => ({
    ...{ provider: 'calendly' as const, id: `ZONE${index}`, name: timeZone, slug: `zone-${index}`, timeZone },
    ...{ email: `zone${index}@hosts.example`, organization: `ZONES${index}` },
  }))
  const host = await startQuietHost(t, {}, { accounts })
  for (const [index, zone] of zones.entries()) {
    const scopes = [...calendlyScopes]
    const calendar = scheduling(await host.connect('calendly', { account: `ZONE${index}`, scopes }))
    const eventType = (await all(calendar.eventTypes())).find(({ durations }) => durations[0] === 30)
    assert.ok(eventType)
    for (const { at } of changes.filter((change) => change.zone === zone).slice(0, 2)) {
      // The first window of 31 days ends some hours before the change.
      const span = { from: Math.max(at - 31 * dayMs - 7 * quarterMs, host.clock.now()), to: at + 3 * dayMs }
      const query: SlotsQuery = { eventType, from: new Date(span.from), to: new Date(span.to), timeZone: zone }
      const found = (await all(calendar.slots(query))).map(({ start }) => start)
      const isOpen = ({ weekday, minutes }: Reading) =>
        !/Sat|Sun/.test(weekday) && minutes >= 540 && minutes < 1020 && minutes % 30 === 0
      assert.deepEqual(found, quartersWhen(zone, span.from, span.to, isOpen), `${zone} ${new Date(at).toISOString()}`)
    }
  }
})
