// What a person at a terminal reads when a command cannot continue: one sentence and no stack.

import { inSettingWords } from '../../core/setting-words.ts'

/** Ends the command with a sentence. Exit code 2: a setting or argument is wrong; 1: any other failure. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: 1 | 2

  constructor(sentence: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(sentence, { cause })
    this.exitCode = exitCode
  }
}

/** Returns the sentence and the exit code for an error that a command threw. */
export function endingOf(error: unknown): { readonly sentence: string; readonly exitCode: 1 | 2 } {
  const sentence = inSettingWords(error instanceof Error ? error.message : String(error))
  return { sentence, exitCode: error instanceof CliError ? error.exitCode : 1 }
}
