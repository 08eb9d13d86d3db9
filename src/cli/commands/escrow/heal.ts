// `punctual escrow heal`: brings the grants of a restored database to what they were. Every start does the same; this says
// which grants the backup did not have. Nothing is opened, so it needs no key.

import { systemClock } from '../../../core/clock.ts'
import { assertKnows } from '../../../escrow/cover.ts'
import { type Healing, heal, readKnown } from '../../../escrow/heal.ts'
import { audited } from '../../operating/audited.ts'
import { assertEscrow, onEscrow } from '../../operating/escrow.ts'
import { assertExists, withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { storeOf } from '../../settings/database.ts'
import type { Settings } from '../../settings/settings.ts'

/** It ends with 1 where people must connect again, or a text is damaged. */
export async function healFromEscrow(settings: Settings, output: Output): Promise<void> {
  const escrow = assertEscrow(settings)
  assertExists(settings.database)
  await withPunctual({ ...settings, escrow: null }, 'reads', async ({ punctual }) => {
    const deed = {
      action: 'escrow_heal',
      subject: 'escrow',
      outcomeOf: (done: Healing) => `ok: ${countOf(done)}`,
    }
    print(await audited(punctual.operator, deed, () => healed(settings.database, escrow)), output)
  })
}

async function healed(database: string, escrow: string): Promise<Healing> {
  const store = await storeOf(database)
  try {
    await store.open(systemClock)
    const identity = await store.identity()
    const known = await onEscrow(escrow, async (place) => {
      const read = await readKnown(place, identity)
      await assertKnows(read, store, place)
      return read
    })
    return await heal(known, { store, clock: systemClock })
  } finally {
    await store.close()
  }
}

const mostShown = 20

function countOf({ healed, ended, disconnected, reconnected }: Healing): number {
  return healed + ended + disconnected + reconnected
}

function print(result: Healing, { terminal, json }: Output): void {
  const { healed, ended, disconnected, reconnected, missing, damaged } = result
  if (missing.length + damaged > 0) process.exitCode = 1
  if (json) {
    terminal.line(jsonText(result, 2))
    return
  }
  const { line, paint } = terminal
  line(
    countOf(result) > 0
      ? `${paint('green', '✔')} Healed: grants ${healed}, ended again ${ended}, connections disconnected again ${disconnected}, taken up again ${reconnected}.`
      : `${paint('green', '✔')} No grant of the database is behind the escrow.`,
  )
  if (missing.length > 0)
    line(
      `${paint('yellow', '!')} Grants that the database does not know: ${missing.length}. They were connected after the backup, and their people must connect again.`,
    )
  for (const id of missing.slice(0, mostShown)) line(`  ${id}`)
  if (missing.length > mostShown) line(`  and ${missing.length - mostShown} more: --json lists them.`)
  if (damaged > 0)
    line(
      `${paint('red', '✘')} Damaged texts in the escrow: ${damaged}. Grants whose newest text is one are not healed.`,
    )
}
