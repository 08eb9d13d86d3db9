// `punctual escrow status`: what the escrow holds of the database, and whether that is behind it. Nothing is opened or
// changed.

import { compare, readKnown } from '../../../escrow/heal.ts'
import { createLook } from '../../doctor/probes/database.ts'
import { assertEscrow, onEscrow, whyEmpty } from '../../operating/escrow.ts'
import { assertExists } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { type Output, printOne } from '../../output/listing.ts'
import type { Settings } from '../../settings/settings.ts'

/** It ends with 1 if the database is behind, the escrow is not its own, or a text is damaged. */
export async function escrowStatus(settings: Settings, output: Output): Promise<void> {
  const escrow = assertEscrow(settings)
  assertExists(settings.database)
  const database = createLook(settings.database)
  try {
    const looked = await database.look()
    if (looked.kind !== 'open') throw new CliError(looked.kind === 'closed' ? looked.sentence : 'There is no database.')
    const { tables } = looked.inspection
    const identity = await tables.identity()
    const { known, bytes, empty } = await onEscrow(escrow, async (place) => {
      const known = await readKnown(place, identity)
      return { known, bytes: (await place.read(null)).bytes, empty: await whyEmpty(known, tables, place) }
    })
    const { behind, missing, uncovered } = await compare(known, tables.grants)
    const status = {
      grants: known.grants.size,
      behind,
      uncovered,
      missing,
      disconnected: [...known.connections.values()].filter(({ isDisconnected }) => isDisconnected).length,
      texts: known.texts,
      bytes,
      foreign: known.foreign,
      damaged: known.damaged,
    }
    if (behind + known.damaged > 0 || empty !== null) process.exitCode = 1
    printOne(
      status,
      [
        ['grants', String(status.grants)],
        ['behind', behind === 0 ? '0' : `${behind}: punctual escrow heal, or the next start, heals them`],
        [
          'uncovered',
          uncovered === 0
            ? '0'
            : (empty ?? `${uncovered}: the next start puts these live grants of the database there`),
        ],
        [
          'missing',
          missing === 0 ? '0' : `${missing}: the database does not know them; their people must connect again`,
        ],
        ['disconnected', String(status.disconnected)],
        ['texts', String(status.texts)],
        ['bytes', String(bytes)],
        ['foreign', status.foreign === 0 ? '0' : `${status.foreign}: of another database, or of a newer version`],
        [
          'damaged',
          status.damaged === 0 ? '0' : `${status.damaged}: cut or changed; punctual escrow compact removes them`,
        ],
      ],
      output,
    )
  } finally {
    await database.close()
  }
}
