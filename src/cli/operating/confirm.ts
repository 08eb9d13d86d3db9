// Asks a person before something is destroyed. A program says `--yes`.

import { createInterface } from 'node:readline/promises'
import { CliError } from '../output/cli-error.ts'

export interface ConfirmInit {
  /** What will happen, as sentences. */
  readonly what: string
  /** Whether `--yes` was given. */
  readonly yes: boolean
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** @throws {CliError} if the person says no, or if there is no person to ask. */
export async function confirm({
  what,
  yes,
  input = process.stdin,
  output = process.stderr,
}: ConfirmInit): Promise<void> {
  if (yes) return
  if (!input.isTTY || !output.isTTY)
    throw new CliError(`${what} This command asks first, and there is nobody to ask: give --yes.`, 2)
  const lines = createInterface({ input, output })
  try {
    const answer = await lines.question(`${what}\nGo on? Type yes: `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('Nothing was done.')
  } finally {
    lines.close()
  }
}
