// Writes to the audit what a command has done: `punctual.operator.audit()` and the pages show it.

import { userInfo } from 'node:os'
import { PunctualError } from '../../core/errors.ts'
import type { Operator } from '../../core/operator.ts'

/** What was done, to what. */
export interface Deed<Result> {
  /** In a word, such as `disconnect`. */
  readonly action: string
  /** The id of a connection, an event or a key; of what is made, by what came of it. */
  readonly subject: string | ((result: Result | null) => string)
  /** The word for what came of it. Default: `ok`. */
  readonly outcomeOf?: (result: Result) => string
}

/** Does it, and writes it down before it returns. Where that fails, the person reads it: what was done stays done. */
export async function audited<Result>(
  operator: Pick<Operator, 'record'>,
  { action, subject, outcomeOf = () => 'ok' }: Deed<Result>,
  task: () => Promise<Result>,
): Promise<Result> {
  const written = async (result: Result | null, outcome: string) => {
    const name = (typeof subject === 'string' ? subject : subject(result)).slice(0, 200)
    try {
      await operator.record({ actor: actor(), action, subject: name, outcome })
    } catch (error) {
      process.stderr.write(`The audit could not be written: ${(error as Error).message}\n`)
    }
  }
  let result: Result
  try {
    result = await task()
  } catch (error) {
    // With a wrong argument nothing was tried.
    const code = error instanceof PunctualError ? error.code : 'unexpected'
    if (code !== 'invalid_argument') await written(null, code)
    throw error
  }
  await written(result, outcomeOf(result))
  return result
}

function actor(): string {
  return `command line (${userName()})`
}

/** A container may run as a user that the machine has no name for. */
function userName(): string {
  try {
    return userInfo().username.slice(0, 100)
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
