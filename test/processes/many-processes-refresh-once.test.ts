import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { refreshOnceARound } from './refresh-rounds.ts'

const rounds = process.env.PUNCTUAL_FULL ? 200 : 60
const callers = 200

for (const client of ['calendly', 'calcom']) {
  test(`three processes with ${callers} callers each make one token request a round: ${client}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
    t.after(() => rm(folder, { recursive: true }))
    const database = join(folder, 'punctual.db')
    await refreshOnceARound(t, { database }, { client, processes: 3, callers, rounds: rounds / 2 })
  })
}
