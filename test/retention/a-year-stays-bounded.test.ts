// A year of hourly use stays small: what is kept grows with the connections and with the ages of the option `retention`, not
// with the time. Here in a small size, in which everything is kept for so short that eight days show that nothing grows.

import { test } from 'node:test'
import { dayMs, liveThrough } from './year.ts'

test('3 connections, used all the time for 8 days, stay within their bound', async (t) => {
  await liveThrough({
    connections: 3,
    days: 8,
    stepHours: 2,
    retention: {
      historyMs: 3 * dayMs,
      historyEntries: 50,
      feedMs: 2 * dayMs,
      countsMs: dayMs,
      endedConnectionsMs: 2 * dayMs,
    },
    bytesEach: 400_000,
    report: (day, kept) => t.diagnostic(`day ${day}: ${JSON.stringify(kept)}`),
  })
})
