// The escrow of token sets: whether it can be written, and whether the database is behind it. Nothing is opened.

import { PunctualError } from '../../../core/errors.ts'
import type { EscrowPlace } from '../../../core/escrow-place.ts'
import { compare, readKnown } from '../../../escrow/heal.ts'
import { whyEmpty } from '../../operating/escrow.ts'
import { escrowOf } from '../../settings/escrow.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { counted, type Finding, ok, together, unknown, wrong } from './finding.ts'

export function escrowCheck({ read, database }: Pick<Place, 'read' | 'database'>): Check {
  const { escrow } = read.settings
  return {
    id: 'escrow',
    async run() {
      const problem = problemWith(read, 'PUNCTUAL_ESCROW')
      if (problem !== null)
        return wrong(problem, 'Set PUNCTUAL_ESCROW to a folder, or to a database other than that of the store.')
      if (escrow === null)
        return ok(
          'None is set (PUNCTUAL_ESCROW): a backup that is restored loses the grants that were refreshed since.',
        )
      const place = await escrowOf(escrow)
      try {
        return (await unusable(place, () => place.check?.())) ?? (await judge(place))
      } finally {
        await place.close?.()
      }
    },
  }

  async function judge(place: EscrowPlace): Promise<Finding> {
    const looked = await database.look()
    if (looked.kind !== 'open') return unknown('the database cannot be opened.', 'See the check of the database.')
    const { tables } = looked.inspection
    const identity = await tables.identity().catch(() => null)
    if (identity === null) return unknown('the database has no name yet.', 'Start Punctual once.')
    const reading = readKnown(place, identity)
    const unreadable = await unusable(place, () => reading)
    if (unreadable !== null) return unreadable
    const known = await reading
    const { where } = place
    const empty = await whyEmpty(known, tables, place)
    const counts = await compare(known, tables.grants)
    return together(
      empty === null ? findingsOf({ ...counts, damaged: known.damaged }, where) : [wrong(empty, emptyRemedy)],
      ok(`${where} can be written, and no grant of the database is behind it: ${counted(known.grants.size, 'grant')}.`),
    )
  }
}

const emptyRemedy =
  'Set PUNCTUAL_ESCROW to the right place, or mount its disk. Start nothing without it: spent tokens would be presented.'

type Counts = Awaited<ReturnType<typeof compare>> & { readonly damaged: number }

function findingsOf({ behind, missing, uncovered, damaged }: Counts, where: string | undefined): Finding[] {
  const findings: Finding[] = []
  if (behind > 0)
    findings.push(
      wrong(
        `${counted(behind, 'grant')} in the database ${behind === 1 ? 'is' : 'are'} older than in the escrow ${where}: the database has gone back in time.`,
        'Start Punctual with this escrow, which heals them before anything is presented, or run: punctual escrow heal. Start nothing without it.',
      ),
    )
  if (uncovered > 0)
    findings.push(
      wrong(
        `${counted(uncovered, 'live grant')} of the database ${uncovered === 1 ? 'is' : 'are'} not in the escrow ${where}: a restore would lose ${uncovered === 1 ? 'it' : 'them'}.`,
        'Start Punctual, which puts them there.',
      ),
    )
  if (damaged > 0)
    findings.push(
      wrong(
        `${counted(damaged, 'text')} in the escrow ${where} ${damaged === 1 ? 'was' : 'were'} cut or changed.`,
        'See whether its disk is sound, then run: punctual escrow compact.',
      ),
    )
  if (missing > 0)
    findings.push(
      ok(
        `${counted(missing, 'grant')} in the escrow ${missing === 1 ? 'is' : 'are'} not in the database: connected after the backup that it was restored from. Their people must connect again.`,
      ),
    )
  return findings
}

/** What is wrong with a place at which that fails; `null` if it does not. A database says it in a sentence of its own. */
async function unusable({ where }: EscrowPlace, task: () => unknown): Promise<Finding | null> {
  try {
    await task()
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const isSentence = error instanceof PunctualError
    const why = isSentence ? `: ${error.message.replace(/\.$/, '')}` : ` (${code})`
    return wrong(
      `The escrow ${where} cannot be used${why}. A backup that is restored would lose the grants that were refreshed since.`,
      isSentence
        ? 'Do what the sentence says, or set PUNCTUAL_ESCROW to another place.'
        : 'Let this user read and write the folder that PUNCTUAL_ESCROW names, and see that its disk is there.',
    )
  }
}
