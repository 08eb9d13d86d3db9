// The SQLite file of a day ago is put back, and the processes start on it under load. PUNCTUAL_FULL=1 runs the size that is
// promised, at a provider that is fast enough for it.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { type PlaceKind, placeKinds, startPlace } from './place-kinds.ts'
import { few, restoreADay } from './restored-day.ts'
import { fastWorld, sandboxWorld } from './worlds.ts'

const isFull = process.env.PUNCTUAL_FULL === '1'
const grants = isFull ? 10_000 : 200

// The full size runs with each kind of escrow, the small one with two.
for (const kind of isFull ? placeKinds : (['folder', 'postgres'] as const))
  test(`${grants} grants live on after a restore of a SQLite file that is a day old, with a ${kind} as escrow, and no spent token is presented`, (t) =>
    restoreFile(t, kind))

async function restoreFile(t: TestContext, kind: PlaceKind): Promise<void> {
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
  const world = isFull ? fastWorld(t) : await sandboxWorld(t, grants + few)
  t.diagnostic(await restoreADay({ world, grants, escrow: await startPlace(t, kind), place }))
}
