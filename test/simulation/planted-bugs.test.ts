// The simulation can see: each classic bug of token renewal and of handing events over, planted on purpose, breaks a rule
// within 2,000 histories. Each test prints the seed that found it; `docs/decisions/planted-bugs.md` has the table.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventMutations } from './event-mutations.ts'
import { runHistory } from './history.ts'
import { mutations } from './mutations.ts'

const most = 2000

describe('a planted bug is found', () => {
  for (const mutation of [...mutations, ...eventMutations]) {
    test(mutation.name, async (context) => {
      for (let seed = 1; seed <= most; seed++) {
        const { broken } = await runHistory(seed, { mutation })
        if (!broken) continue
        assert.ok(mutation.breaks.includes(broken.rule), `seed ${seed} broke ${broken.rule}: ${broken.message}`)
        return context.diagnostic(`seed ${seed}: ${broken.rule}: ${broken.message}`)
      }
      assert.fail(`not found in ${most} histories`)
    })
  }
})
