import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { killWhileRefreshing } from './kills.ts'

const rounds = process.env.PUNCTUAL_FULL ? 10 : 2

describe('a process killed while it refreshes', () => {
  for (const client of ['calendly', 'calcom']) {
    test(`leaves a grant that works, or one that ended for a lost response: ${client}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      await killWhileRefreshing(t, { database: join(folder, 'punctual.db') }, client, rounds)
    })
  }
})
