import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { cases } from '../webhooks/host.ts'
import { type Act, killAt, type Next } from './subscribing.ts'

/**
 * With PUNCTUAL_FULL=1 each provider's process is killed before and after every step, each with both ways of going on.
 * Without, at one provider after every step and at the other before; what one goes on from in one way, the other does in
 * the other. Between two steps nothing changes, so that each state is met in both ways.
 */
const full = process.env.PUNCTUAL_FULL === '1'

const acts: readonly Act[] = [
  { name: 'subscribes', work: 'subscribe', before: () => null, wanted: (of) => of.events },
  {
    name: 'changes the events',
    work: 'subscribe',
    before: (of) => of.events,
    wanted: (of) => [...of.events, of.third],
  },
  { name: 'renews what was disabled', work: 'keep', before: (of) => of.events, wanted: (of) => of.events },
  { name: 'unsubscribes', work: 'unsubscribe', before: (of) => of.events, wanted: () => null },
  { name: 'disconnects', work: 'disconnect', before: (of) => of.events, wanted: () => null },
]

const ways: readonly Next[] = ['asked again', 'left to the keeper']

describe('a process is killed', { concurrency: 2 }, () => {
  for (const [turn, of] of cases.entries()) {
    // Cal.com disables nothing.
    for (const act of acts.filter(({ work }) => work !== 'keep' || of.client === 'calendly')) {
      test(`while it ${act.name} at ${of.client}: what is wanted stands in the end, and nothing else`, async (t) => {
        const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
        t.after(() => rm(folder, { recursive: true }))
        let fatal = 0
        for (let killed = true; killed; fatal++) {
          if (!full && fatal > 0 && fatal % 2 === turn) continue
          for (const [index, next] of ways.entries()) {
            if (!full && Math.ceil(fatal / 2) % 2 !== (index + turn) % 2) continue
            killed = await killAt(t, join(folder, `${fatal}-${index}.db`), of, act, fatal, next)
          }
          assert.ok(fatal < 60, 'the worker never came to its end')
        }
        assert.ok(fatal > 4, `it took ${fatal} seams`)
      })
    }
  }
})
