// The nights on which clocks change: the number of slots follows from the time that passes, not from what the clock
// on the wall shows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openSlots } from '../../src/sandbox/time/availability.ts'
import { fromWall, offsetAt } from '../../src/sandbox/time/zone.ts'
import { box, call, connectCalcom, sendJson } from './app.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

for (const [what, now, zone, date, hours, first, minutes] of [
  ['an ordinary Sunday', '2027-03-01', 'America/New_York', '2027-03-07', ['00:00', '06:00'], '05:00', 360],
  ['an hour is skipped', '2027-03-10', 'America/New_York', '2027-03-14', ['00:00', '06:00'], '05:00', 300],
  ['the afternoon of that day', '2027-03-10', 'America/New_York', '2027-03-14', ['13:00', '18:00'], '17:00', 300],
  ['an hour comes twice', '2026-10-28', 'America/New_York', '2026-11-01', ['00:00', '06:00'], '04:00', 420],
  ['by day in Paris', '2027-03-24', 'Europe/Paris', '2027-03-28', ['09:00', '17:00'], '07:00', 480],
  ['half an hour is skipped', '2026-09-28', 'Australia/Lord_Howe', '2026-10-04', ['00:00', '06:00'], '13:30', 330],
  ['midnight is skipped', '2026-09-01', 'America/Santiago', '2026-09-06', ['00:00', '06:00'], '04:00', 300],
  ['midnight comes twice', '2026-10-28', 'America/Havana', '2026-11-01', ['00:00', '06:00'], '04:00', 420],
] as const) {
  test(`slots at Cal.com: ${what}`, async () => {
    const sandbox = await box({ now: () => Date.parse(`${now}T12:00:00Z`) })
    const { access_token: token } = await connectCalcom(sandbox, 'ada', 'SCHEDULE_READ SCHEDULE_WRITE')
    const availability = [{ days: ['Sunday'], startTime: hours[0], endTime: hours[1] }]
    const schedule = { name: 'odd', timeZone: zone, isDefault: true, availability }
    const headers = { 'cal-api-version': '2024-06-11' }
    const made = await sendJson(sandbox, 'POST', `${sandbox.calcom.hosts.api}/v2/schedules`, token, schedule, headers)
    assert.equal(made.status, 201)
    const near = (days: number) => new Date(Date.parse(date) + days * day).toISOString().slice(0, 10)
    const query = new URLSearchParams({ eventTypeId: '101001', start: near(-1), end: near(1), timeZone: zone })
    const url = `${sandbox.calcom.hosts.api}/v2/slots?${query}`
    const { body } = await call(sandbox, url, undefined, { 'cal-api-version': '2024-09-04' })
    const starts = (body.data[date] as { start: string }[]).map(({ start }) => Date.parse(start))
    const begins = starts[0] ?? 0
    assert.equal(new Date(begins).toISOString().slice(11, 16), first)
    const expected = Array.from({ length: minutes / 15 }, (_, at) => begins + at * 15 * minute)
    assert.deepEqual(starts, expected)
  })
}

/** Every clock change of the next two years, to the minute. */
function clockChanges(): { zone: string; at: number }[] {
  const from = Date.parse('2026-11-21T12:00:00Z')
  const found: { zone: string; at: number }[] = []
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    for (let at = from; at < from + 730 * day; at += 10 * day) {
      if (offsetAt(zone, at) === offsetAt(zone, at + 10 * day)) continue
      let [low, high] = [at, at + 10 * day]
      while (high - low > minute) {
        const middle = low + Math.floor((high - low) / 2 / minute) * minute
        if (offsetAt(zone, middle) === offsetAt(zone, low)) low = middle
        else high = middle
      }
      found.push({ zone, at: high })
    }
  }
  return found
}

/** The first minute at which the zone's wall clock shows this, found by looking at each; null when it is skipped. */
function lookedUp(zone: string, wall: number): number | null {
  for (let offset = 15 * hour; offset >= -13 * hour; offset -= 15 * minute) {
    if (offsetAt(zone, wall - offset) === offset) return wall - offset
  }
  return null
}

test('in every zone, around every clock change of two years, a span has as many slots as fit into its time', () => {
  const changes = clockChanges()
  assert.ok(changes.some(({ zone }) => zone === 'Australia/Lord_Howe') && changes.length > 300)
  const quarter = fc.integer({ min: 0, max: 96 }).map((count) => count * 15 * minute)
  const length = fc.constantFrom(15, 20, 30, 45, 60, 90)
  const property = fc.property(
    fc.constantFrom(...changes),
    fc.constantFrom(-1, 0, 1),
    quarter,
    quarter,
    length,
    (change, days, one, other, minutes) => {
      const { zone, at } = change
      const date = Math.floor((at + offsetAt(zone, at)) / day) * day + days * day
      const span = { from: Math.min(one, other), to: Math.max(one, other) }
      const [begins, ends] = [lookedUp(zone, date + span.from), lookedUp(zone, date + span.to)]
      fc.pre(begins !== null && ends !== null)
      const hoursOn = (asked: number) => (asked === date ? [span] : [])
      const found = openSlots({ timeZone: zone, minutes, taken: [], hoursOn }, { from: at - 3 * day, to: at + 3 * day })
      const count = Math.max(0, Math.floor((ends - begins) / minutes / minute))
      assert.deepEqual(
        found,
        Array.from({ length: count }, (_, step) => begins + step * minutes * minute),
      )
    },
  )
  fc.assert(property, { numRuns: 500 })
})

test('a reading that is skipped counts on from the clock before the change', () => {
  const skipped = fromWall('America/New_York', Date.parse('2027-03-14T02:30:00Z'))
  assert.equal(new Date(skipped).toISOString(), '2027-03-14T07:30:00.000Z')
  const twice = fromWall('America/New_York', Date.parse('2026-11-01T01:30:00Z'))
  assert.equal(new Date(twice).toISOString(), '2026-11-01T05:30:00.000Z')
})
