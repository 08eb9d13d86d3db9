// `punctual doctor`: says what is wrong with the settings and with what they name, and what to do.

import { diagnose } from '../doctor/diagnose.ts'
import { isWell, printResults, resultsAsJson } from '../doctor/report.ts'
import type { Terminal } from '../output/terminal.ts'

export interface DoctorCommand {
  readonly json?: boolean
}

/** Exit code 1: something is wrong. */
export async function doctor({ json }: DoctorCommand, terminal: Terminal): Promise<void> {
  const results = await diagnose({
    environment: process.env,
    folder: process.cwd(),
    nodeVersion: process.versions.node,
    now: Date.now,
  })
  if (json) process.stdout.write(resultsAsJson(results))
  else printResults(results, terminal)
  process.exitCode = isWell(results) ? 0 : 1
}
