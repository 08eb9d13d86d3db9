// Slots are requested window by window, and none comes twice or is missing where two windows meet.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import { all, refused } from '../typed/person.ts'
import { dayMs, factsWith, smallEventType, startSmall } from './small-provider.ts'

const hourMs = 3_600_000
const spanOf = ({ search }: URL) => new URLSearchParams(search)

test('a span is split into windows, which meet without a gap', async (t) => {
  const { calendar, asked, now } = await startSmall(t, { slotWindowMs: 31 * dayMs })
  const from = now() + hourMs
  await all(calendar.slots({ eventType: 'et1', from: new Date(from), to: new Date(from + 70 * dayMs) }))
  const [eventType, ...windows] = asked()
  assert.equal(eventType, 'GET /event-types/et1')
  const ends = windows.map((line) => spanOf(new URL(line.slice(4), 'https://x')))
  assert.deepEqual(
    ends.map((query) => [query.get('from'), query.get('to')]),
    [0, 31, 62].map((day) => [
      new Date(from + day * dayMs).toISOString(),
      new Date(from + Math.min(day + 31, 70) * dayMs).toISOString(),
    ]),
  )
})

test('31 days are one request, if the event type is given', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t, { slotWindowMs: 31 * dayMs })
  const [eventType] = world.eventTypes
  assert.ok(eventType)
  const from = now() + hourMs
  await all(calendar.slots({ eventType, from: new Date(from), to: new Date(from + 31 * dayMs) }))
  assert.equal(asked().length, 1)
})

test('a window is requested when its first slot is needed', async (t) => {
  const { calendar, world, asked, now } = await startSmall(t, { slotWindowMs: dayMs })
  world.slots = () => [now() + hourMs, now() + 30 * hourMs]
  const to = new Date(now() + 10 * dayMs)
  for await (const { start } of calendar.slots({ eventType: smallEventType(), from: new Date(now()), to })) {
    assert.equal(start, utcInstant(now() + hourMs))
    break
  }
  assert.equal(asked().length, 1)
})

test('each slot of the span comes once and in order, wherever the windows meet', async (t) => {
  const { calendar, world, now } = await startSmall(t, { slotWindowMs: 3 * hourMs })
  const quarters = fc.uniqueArray(fc.integer({ min: -20, max: 200 }), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(
      quarters,
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 100 }),
      async (at, skip, count) => {
        const ms = (quarter: number) => now() + quarter * 900_000
        world.slots = () => at.map(ms).sort((a, b) => a - b)
        const span = { from: new Date(ms(skip)), to: new Date(ms(skip + count)) }
        const found = await all(calendar.slots({ eventType: smallEventType(), ...span }))
        const expected = at.filter((quarter) => quarter >= skip && quarter < skip + count).sort((a, b) => a - b)
        assert.deepEqual(
          found.map(({ start }) => start),
          expected.map((quarter) => utcInstant(ms(quarter))),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('what is past, or will be when the request arrives, is not requested', async (t) => {
  const { calendar, asked, now } = await startSmall(t)
  const day = (days: number) => new Date(now() + days * dayMs)
  await all(calendar.slots({ eventType: smallEventType(), from: day(-40), to: day(-1) }))
  assert.deepEqual(asked(), [])
  await all(calendar.slots({ eventType: smallEventType(), from: day(-40), to: day(1) }))
  const [line = ''] = asked()
  assert.equal(spanOf(new URL(line.slice(4), 'https://x')).get('from'), new Date(now() + 60_000).toISOString())
})

test('the time zone is always sent: the one given, else the account’s, by its IANA name', async (t) => {
  const { calendar, asked, now } = await startSmall(t)
  const query = { eventType: smallEventType(), from: new Date(now()), to: new Date(now() + dayMs) }
  await all(calendar.slots(query))
  await all(calendar.slots({ ...query, timeZone: 'asia/calcutta' }))
  assert.deepEqual(
    asked().map((line) => spanOf(new URL(line.slice(4), 'https://x')).get('timeZone')),
    ['Europe/Paris', 'Asia/Kolkata'],
  )
})

test('a length is one of the event type’s, and chosen only where it can be', async (t) => {
  const { calendar, asked, now } = await startSmall(t)
  const eventType = smallEventType({ durations: [30, 60] })
  const query = { eventType, from: new Date(now()), to: new Date(now() + dayMs) }
  await all(calendar.slots({ ...query, durationMinutes: 60 }))
  assert.match(asked()[0] ?? '', /minutes=60/)
  const message = /^slots: durationMinutes must be one of the event type's durations: 30, 60\.$/
  await refused(() => calendar.slots({ ...query, durationMinutes: 45 }), 'invalid_argument', { message })
  assert.deepEqual(asked(), [])

  const capabilities = factsWith({ 'book.chooseDuration': { how: 'none', note: 'A booking has no length there.' } })
  const other = await startSmall(t, { capabilities })
  await refused(() => other.calendar.slots({ ...query, durationMinutes: 60 }), 'not_supported', { reason: 'provider' })
  assert.deepEqual(other.asked(), [])
  assert.deepEqual(await all(other.calendar.slots({ ...query, durationMinutes: 30 })), [])
})
