// The simulation can find bugs: each classic bug of token refresh and of event dispatch, planted on purpose, violates a rule
// within 2,000 histories. The seed that found it last is tried first. Each test prints the seed that found it now.
// `docs/decisions/planted-bugs.md` has the table.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runHistory } from './history.ts'
import { plantedBugs } from './planted-bugs.ts'
import { lastSeeds } from './planted-seeds.ts'

const most = 2000

function* seeds(name: string): Generator<number> {
  const last = lastSeeds[name]
  if (last !== undefined) yield last
  for (let seed = 1; seed <= most; seed++) yield seed
}

describe('a planted bug is found', () => {
  for (const mutation of plantedBugs) {
    test(mutation.name, async (context) => {
      for (const seed of seeds(mutation.name)) {
        const { violation } = await runHistory(seed, { mutation })
        if (!violation) continue
        assert.ok(
          mutation.violates.includes(violation.rule),
          `seed ${seed} violates ${violation.rule}: ${violation.message}`,
        )
        return context.diagnostic(`seed ${seed}: ${violation.rule}: ${violation.message}`)
      }
      assert.fail(`not found in ${most} histories`)
    })
  }
})
