// `punctual escrow begin`: puts the live grants of the database into an escrow that knows none of them, where the one before is
// lost. A start does so by itself only where the database has never had one.

import { systemClock } from '../../../core/clock.ts'
import { cover } from '../../../escrow/cover.ts'
import { readKnown } from '../../../escrow/heal.ts'
import { audited } from '../../operating/audited.ts'
import { assertEscrow, onEscrow } from '../../operating/escrow.ts'
import { assertExists, withPunctual } from '../../operating/with-punctual.ts'
import { type Output, printOne } from '../../output/listing.ts'
import { storeOf } from '../../settings/database.ts'
import type { Settings } from '../../settings/settings.ts'

export async function beginEscrow(settings: Settings, output: Output): Promise<void> {
  const escrow = assertEscrow(settings)
  assertExists(settings.database)
  await withPunctual({ ...settings, escrow: null }, 'reads', async ({ punctual }) => {
    const deed = { action: 'escrow_begin', subject: 'escrow', outcomeOf: (added: number) => `ok: ${added}` }
    const added = await audited(punctual.operator, deed, () => begun(settings.database, escrow))
    printOne({ added }, [['live grants added', String(added)]], output)
  })
}

async function begun(database: string, escrow: string): Promise<number> {
  const store = await storeOf(database)
  try {
    await store.open(systemClock)
    const identity = await store.identity()
    const added = await onEscrow(escrow, async (place) => {
      const known = await readKnown(place, identity)
      return cover(known, { grants: store.grants, place, store: identity, now: () => Date.now() })
    })
    await store.noteEscrow()
    return added.length
  } finally {
    await store.close()
  }
}
