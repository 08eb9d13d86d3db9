// What a question is, and what it returns.

import type { Chart } from './chart.ts'
import type { ProviderProcess } from './provider.ts'

export interface Question {
  /** Its name on the command line. */
  readonly name: string
  readonly title: string
  /** What is compared, in one to three sentences: the page shows them above the table. */
  readonly about: string
  run(bench: Bench): Promise<Report>
}

export interface Bench {
  readonly provider: ProviderProcess
  readonly isQuick: boolean
  /** Interleaved rounds of each contender. */
  readonly rounds: number
  /** How long a round is. */
  readonly roundMs: number
  /** A new empty folder on the disk, deleted in the end. */
  folder(): string
}

/** One goal, and whether it was reached. */
export interface Verdict {
  readonly what: string
  readonly value: string
  readonly goal: string
  readonly isReached: boolean
}

export interface Report {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly verdicts: readonly Verdict[]
  /** Drawn as docs/images/bench-{name}.svg. */
  readonly pictures?: Readonly<Record<string, Chart>>
}

export function mark(isReached: boolean): string {
  return isReached ? '✓' : '✗'
}
