// The SQLite file of a day ago is put back, and the processes start on it under load. PUNCTUAL_FULL=1 runs the size that is
// promised.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { restoreADay } from './restored-day.ts'

const grants = process.env.PUNCTUAL_FULL === '1' ? 10_000 : 200

test(`${grants} grants live on after a restore of a SQLite file that is a day old, and no spent token is presented`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')]
  const place = {
    runsOn: false,
    openStore: () => sqlite(join(data, 'punctual.db')),
    backUp: async () => cpSync(data, backup, { recursive: true }),
    async restore() {
      rmSync(data, { recursive: true })
      cpSync(backup, data, { recursive: true })
    },
  }
  t.diagnostic(await restoreADay(t, { grants, escrow: join(folder, 'escrow'), place }))
})
