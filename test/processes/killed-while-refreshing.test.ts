import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { killWhileRenewing } from './kills.ts'

const kills = 100

describe('a process killed while it renews', () => {
  for (const client of ['calendly', 'calcom']) {
    test(`leaves a grant that works, or one whose lost answer is known as such: ${client}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      await killWhileRenewing(t, { database: join(folder, 'punctual.db') }, client, kills / 2)
    })
  }
})
