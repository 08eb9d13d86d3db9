// The escrow that the settings name, for a command.

import { PunctualError } from '../../core/errors.ts'
import type { EscrowPlace } from '../../core/escrow-place.ts'
import type { Store } from '../../core/store/store.ts'
import { assertKnows } from '../../escrow/cover.ts'
import type { Known } from '../../escrow/known.ts'
import { CliError } from '../output/cli-error.ts'
import { escrowOf } from '../settings/escrow.ts'
import type { Settings } from '../settings/settings.ts'

/** @throws {CliError} where none is set. */
export function assertEscrow({ escrow }: Pick<Settings, 'escrow'>): string {
  if (escrow !== null) return escrow
  throw new CliError(
    'PUNCTUAL_ESCROW is not set: name the folder, or the database, that the service has as its escrow, outside the database.',
    2,
  )
}

/** Runs a task on the escrow of that name. The message of a foreign error is not shown, its code is. */
export async function onEscrow<Result>(name: string, task: (place: EscrowPlace) => Promise<Result>): Promise<Result> {
  const place = await escrowOf(name)
  try {
    return await task(place)
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException
    if (code === undefined || name === 'PunctualError' || name === 'CliError') throw error
    throw new CliError(
      `The escrow ${place.where} cannot be used (${code}): let this user read and write the folder, and make room on its disk.`,
    )
  } finally {
    await place.close?.()
  }
}

/** Why an escrow cannot be that of the database, as a sentence; `null` if it can. A database of an earlier version has no mark. */
export async function whyEmpty(
  known: Known,
  database: Pick<Store, 'grants' | 'hasEscrow'>,
  place: Pick<EscrowPlace, 'where'>,
): Promise<string | null> {
  const hasEscrow = () => database.hasEscrow().catch(() => false)
  try {
    await assertKnows(known, { grants: database.grants, hasEscrow }, place)
    return null
  } catch (error) {
    if (error instanceof PunctualError && error.reason === 'escrow_empty') return error.message
    throw error
  }
}
