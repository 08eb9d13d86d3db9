import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionLimits } from '../core/connection-limits.ts'
import { drawLimits } from './limits.ts'

const now = Date.UTC(2030, 0, 1)
const nothing: ConnectionLimits = { budget: null, obstacles: [] }

async function textOf(limits: ConnectionLimits): Promise<string> {
  return String(await drawLimits(limits, 'Calendly', now))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

test('what is not known is not called a number', async () => {
  assert.match(
    await textOf(nothing),
    /Calls left not known: this process has made no call lately Plan nothing was refused/,
  )
  const blocked = { limit: 60, remaining: null, resetsAt: null, blockedUntil: new Date(now + 30_000) }
  assert.match(
    await textOf({ ...nothing, budget: blocked }),
    /Calls left not known until the next call No call before in 30 seconds .*Calendly has refused one call too many/,
  )
})

test('what is left is told with its limit and the end of the window', async () => {
  const budget = { limit: 1500, remaining: 1200, resetsAt: new Date(now + 40_000), blockedUntil: null }
  assert.match(await textOf({ ...nothing, budget }), /Calls left 1,200 of 1,500 Window ends in 40 seconds/)
})

test('plan and role are told apart', async () => {
  const until = new Date(now + 3_600_000)
  const obstacles = [
    { what: 'book', because: 'plan', until },
    { what: 'noShow', because: 'role', until },
    { what: 'slots', because: 'plan', until },
  ] as const
  assert.match(
    await textOf({ ...nothing, obstacles }),
    /Plan in the way of book \(believed until in 1 hour \), slots .*Role in the way of noShow .*A refusal is believed for an hour/,
  )
})
