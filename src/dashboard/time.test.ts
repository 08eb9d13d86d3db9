import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateText, distanceText, spanText } from './time.ts'

test('a span is shown in its two largest units', () => {
  const cases: [number, string][] = [
    [0, 'no time'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [125, '2 minutes'],
    [7199, '1 hour 59 minutes'],
    [7200, '2 hours'],
    [7260, '2 hours 1 minute'],
    [90_000, '1 day 1 hour'],
    [86_460, '1 day'],
    [2_592_000, '30 days'],
  ]
  for (const [seconds, text] of cases) assert.equal(spanText(seconds), text)
})

test('a point in time is shown with its date and its distance from now', () => {
  const date = new Date('2026-11-21T16:05:00Z')
  assert.equal(dateText(date), '21 Nov 2026, 16:05 UTC')
  assert.equal(distanceText(date, date.getTime() - 3_600_000), 'in 1 hour')
  assert.equal(distanceText(date, date.getTime() + 3_600_000), '1 hour ago')
  assert.equal(distanceText(date, date.getTime()), 'now')
})
