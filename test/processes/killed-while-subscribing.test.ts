import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { cases } from '../webhooks/host.ts'
import { type Change, type Continuation, killAt } from './subscribing.ts'

/**
 * With PUNCTUAL_FULL=1 each provider's process is killed before and after every step, and each recovers in both ways.
 * Without it, one provider's process is killed after every step and the other's before; what one recovers from in one way,
 * the other recovers from in the other. Nothing changes between two steps, so each state is met in both ways.
 */
const full = process.env.PUNCTUAL_FULL === '1'

const acts: readonly Change[] = [
  { name: 'subscribes', work: 'subscribe', before: () => null, wanted: (of) => of.events },
  {
    name: 'changes the events',
    work: 'subscribe',
    before: (of) => of.events,
    wanted: (of) => [...of.events, of.third],
  },
  { name: 'replaces a disabled subscription', work: 'keep', before: (of) => of.events, wanted: (of) => of.events },
  { name: 'unsubscribes', work: 'unsubscribe', before: (of) => of.events, wanted: () => null },
  { name: 'disconnects', work: 'disconnect', before: (of) => of.events, wanted: () => null },
]

const ways: readonly Continuation[] = ['asked again', 'left to the keeper']

describe('a process is killed', { concurrency: 2 }, () => {
  for (const [turn, of] of cases.entries()) {
    // Cal.com disables nothing.
    for (const act of acts.filter(({ work }) => work !== 'keep' || of.client === 'calendly')) {
      test(`while it ${act.name} at ${of.client}: in the end exactly the wanted subscription exists`, async (t) => {
        const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
        t.after(() => rm(folder, { recursive: true }))
        let fatal = 0
        for (let killed = true; killed; fatal++) {
          if (!full && fatal > 0 && fatal % 2 === turn) continue
          for (const [index, next] of ways.entries()) {
            if (!full && Math.ceil(fatal / 2) % 2 !== (index + turn) % 2) continue
            killed = await killAt(t, join(folder, `${fatal}-${index}.db`), of, act, fatal, next)
          }
          assert.ok(fatal < 60, 'the worker has not ended after 60 kills')
        }
        assert.ok(fatal > 4, `the work has only ${fatal} kill points`)
      })
    }
  }
})
