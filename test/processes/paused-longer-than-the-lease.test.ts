// A process that is stopped, or whose event loop is blocked, and continues later. PUNCTUAL_FULL=1 runs a hundred rounds.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { pauseWhileConnecting, pauseWhileRefreshing } from './pauses.ts'

const rounds = process.env.PUNCTUAL_FULL === '1' ? 100 : 1

let place = ''
before(async () => {
  place = await mkdtemp(join(tmpdir(), 'punctual-'))
})
after(() => rm(place, { recursive: true }))

describe('a process that is paused for longer than its lease', () => {
  for (const [client, how, rival] of [
    ['calendly', 'stopped', true],
    ['calendly', 'blocked', false],
    ['calcom', 'blocked', true],
    ['calcom', 'stopped', false],
  ] as const) {
    const meanwhile = rival ? 'another process works meanwhile' : 'no other process works meanwhile'
    test(`loses no response and presents no token afterwards: ${client}, ${how}, ${meanwhile}`, async (t) => {
      const folder = await mkdtemp(join(place, 'x'))
      await pauseWhileRefreshing(t, { database: join(folder, 'punctual.db') }, folder, { client, how, rival, rounds })
    })
    test(`connects, or reports that it has not: ${client}, ${how}, ${rival ? 'the page reloaded' : 'the page not reloaded'}`, async (t) => {
      const folder = await mkdtemp(join(place, 'x'))
      await pauseWhileConnecting(t, { database: join(folder, 'punctual.db') }, folder, { client, how, rival, rounds })
    })
  }
})
