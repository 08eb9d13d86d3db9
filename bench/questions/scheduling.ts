import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { compare, type Entry } from '../harness/compare.ts'
import type { Question } from '../harness/question.ts'
import type { SandboxFacts } from '../ours/scheduling.ts'

export const scheduling: Question = {
  name: 'scheduling',
  title: 'One scheduling model',
  about:
    '`scheduling.slots` of a week, read to its end, beside the typed call that it is made of; one caller, the sandbox in a process of its own, by rate. 5 % of a call is 0.952 of it.',
  async run(bench) {
    const child = fork(join(import.meta.dirname, '../provider/sandbox.ts'))
    try {
      const [sandbox] = (await once(child, 'message')) as [SandboxFacts]
      const entries = (['calendly', 'calcom'] as const).flatMap((provider): Entry[] => {
        const limit = `limit: typed call, ${provider}`
        const parameters = { provider, sandbox }
        return [
          { label: limit, source: 'ours/scheduling.ts#typedSlots', parameters },
          {
            label: `scheduling.slots, ${provider}`,
            source: 'ours/scheduling.ts#slots',
            parameters,
            limit,
            goal: 0.952,
          },
        ]
      })
      return await compare(bench, { by: 'rate', operations: 'calls', what: 'slots', entries })
    } finally {
      child.kill()
    }
  },
}
