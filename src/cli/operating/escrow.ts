// The escrow that the settings name, for a command.

import { escrowFolder } from '../../escrow/folder.ts'
import type { EscrowPlace } from '../../escrow/place.ts'
import { CliError } from '../output/cli-error.ts'
import type { Settings } from '../settings/settings.ts'

/** @throws {CliError} where none is set. */
export function escrowAtHand({ escrow }: Pick<Settings, 'escrow'>): EscrowPlace {
  if (escrow !== null) return escrowFolder(escrow)
  throw new CliError(
    'PUNCTUAL_ESCROW is not set: name the folder that the service has as its escrow, outside the database.',
    2,
  )
}

/** Runs a task on the escrow. The message of a foreign error is not shown, its code is. */
export async function onEscrow<Result>(folder: string | null, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException
    if (code === undefined || name === 'PunctualError' || name === 'CliError') throw error
    throw new CliError(
      `The escrow ${folder} cannot be used (${code}): let this user read and write the folder, and make room on its disk.`,
    )
  }
}
