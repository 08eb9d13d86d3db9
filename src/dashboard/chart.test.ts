import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Series } from '../core/operator.ts'
import { charts, drawChart, hoursOf } from './chart.ts'

const now = Date.UTC(2027, 0, 2, 10, 20)
const hourMs = 3_600_000
const [calls] = charts

function seriesOf(
  ...points: (readonly [hoursAgo: number, outcome: 'ok' | 'unavailable' | 'limited', count: number])[]
): Series {
  const tallies = points.map(([ago, outcome, count]) => ({
    at: new Date(now - ago * hourMs),
    outcome,
    client: 'one',
    count,
  }))
  return { bucketMs: 600_000, points: tallies }
}

test('a day is counted in 24 hours, the last of which is the one under way', () => {
  assert.ok(calls)
  const hours = hoursOf(
    calls,
    seriesOf([0, 'ok', 5], [0.2, 'unavailable', 2], [23, 'limited', 1], [24.5, 'ok', 9]),
    now,
  )
  assert.equal(hours.length, 24)
  assert.deepEqual(hours.at(-1), { well: 5, other: 0, badly: 2 })
  assert.deepEqual(hours[0], { well: 0, other: 1, badly: 0 })
  assert.equal(
    hours.reduce((sum, hour) => sum + hour.well, 0),
    5,
    'what is older is not in it',
  )
})

test('a chart says in words what it draws, and draws it within its frame', () => {
  assert.ok(calls)
  const text = String(drawChart(calls, seriesOf([0, 'ok', 5], [0, 'unavailable', 2], [3, 'ok', 90]), now))
  assert.match(
    text,
    /aria-label="Calls of the providers: 97 calls in the last 24 hours, 2 failed; the most in the hour from 07:00 UTC\."/,
  )
  assert.match(text, /<td>07:00<\/td><td>90<\/td><td>0<\/td>/)
  for (const [, y = '', height = ''] of text.matchAll(/y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g))
    assert.ok(Number(y) >= 0 && Number(y) + Number(height) <= 48.1, `${y} ${height}`)
})

test('a chart of nothing says so', () => {
  assert.ok(calls)
  assert.match(String(drawChart(calls, seriesOf(), now)), /none in the last 24 hours/)
  assert.match(String(drawChart(calls, null, now)), /cannot be read right now/)
})
