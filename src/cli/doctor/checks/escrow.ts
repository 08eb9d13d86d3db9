// The escrow of token sets: whether it can be written, and whether the database is behind it. Nothing is opened.

import { resolve } from 'node:path'
import { escrowFolder } from '../../../escrow/folder.ts'
import { compare, readKnown } from '../../../escrow/heal.ts'
import type { Check, Place } from './check.ts'
import { counted, type Finding, ok, together, unknown, wrong } from './finding.ts'

export function escrowCheck({ read, database }: Pick<Place, 'read' | 'database'>): Check {
  const { escrow } = read.settings
  return {
    id: 'escrow',
    async run() {
      if (escrow === null)
        return ok(
          'None is set (PUNCTUAL_ESCROW): a backup that is restored loses the grants that were refreshed since.',
        )
      const path = resolve(escrow)
      try {
        const place = escrowFolder(path)
        await place.check?.()
        return await judge(path)
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code
        if (code === undefined || (error as Error).name === 'PunctualError') throw error
        return wrong(
          `The escrow ${path} cannot be used (${code}): a backup that is restored would lose the grants that were refreshed since.`,
          'Let this user read and write the folder that PUNCTUAL_ESCROW names, and see that its disk is there.',
        )
      }
    },
  }

  async function judge(path: string): Promise<Finding> {
    const looked = await database.look()
    if (looked.kind !== 'open') return unknown('the database cannot be opened.', 'See the check of the database.')
    const { tables } = looked.inspection
    const identity = await tables.identity().catch(() => null)
    if (identity === null) return unknown('the database has no name yet.', 'Start Punctual once.')
    const known = await readKnown(escrowFolder(path), identity)
    const { behind, missing } = await compare(known, tables.grants)
    const findings = [
      ...(behind === 0
        ? []
        : [
            wrong(
              `${counted(behind, 'grant')} in the database ${behind === 1 ? 'is' : 'are'} older than in the escrow ${path}: the database has gone back in time.`,
              'Start Punctual with this escrow, which heals them before anything is presented, or run: punctual escrow heal. Start nothing without it.',
            ),
          ]),
      ...(known.damaged === 0
        ? []
        : [
            wrong(
              `${counted(known.damaged, 'text')} in the escrow ${path} ${known.damaged === 1 ? 'was' : 'were'} cut or changed.`,
              'See whether its disk is sound, then run: punctual escrow compact.',
            ),
          ]),
      ...(missing === 0
        ? []
        : [
            ok(
              `${counted(missing, 'grant')} in the escrow ${missing === 1 ? 'is' : 'are'} not in the database: connected after the backup that it was restored from. Their people must connect again.`,
            ),
          ]),
    ]
    return together(
      findings,
      ok(`${path} can be written, and no grant of the database is behind it: ${counted(known.grants.size, 'grant')}.`),
    )
  }
}
