import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { killWhileConnecting } from './kills.ts'

describe('a process killed while it connects', () => {
  for (const client of ['calendly', 'calcom'] as const) {
    test(`leaves an account that connects after a reload or a second try, at every step: ${client}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      await killWhileConnecting(t, (fatal) => ({ database: join(folder, `${fatal}.db`) }), client)
    })
  }
})
