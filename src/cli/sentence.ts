// What a person at a terminal reads when a command cannot go on: one sentence, and no stack.

/** Ends the command with a sentence. `exitCode` 2: a wrong setting or argument; 1: everything else. */
export class SentenceError extends Error {
  override readonly name = 'SentenceError'
  readonly exitCode: 1 | 2

  constructor(sentence: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(sentence, { cause })
    this.exitCode = exitCode
  }
}

/** The sentence and the exit code for whatever a command threw. */
export function sentenceOf(error: unknown): { readonly sentence: string; readonly exitCode: 1 | 2 } {
  if (error instanceof SentenceError) return { sentence: error.message, exitCode: error.exitCode }
  return { sentence: error instanceof Error ? error.message : String(error), exitCode: 1 }
}
