import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ianaName, namedZone } from '../../src/scheduling/time-zones.ts'

test('a zone is known by its own name, older names and any case', () => {
  const names: [string, string | null][] = [
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['asia/calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['US/Eastern', 'America/New_York'],
    ['Australia/LHI', 'Australia/Lord_Howe'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['+01:00', null],
    ['Mars/Base', null],
    ['', null],
  ]
  for (const [given, name] of names) assert.equal(ianaName(given), name, given)
  assert.equal(namedZone('Mars/Base'), 'Mars/Base')
})

test('every name stands for a zone with the same clock', () => {
  const clock = (timeZone: string) =>
    [0, 3, 6, 9].map((month) =>
      new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short', timeStyle: 'long' }).format(
        Date.UTC(2026, month, 15),
      ),
    )
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const name = ianaName(zone)
    assert.ok(name, zone)
    assert.deepEqual(clock(name), clock(zone), zone)
    assert.equal(ianaName(name), name)
  }
})
