// `punctual doctor`: says what is wrong with the settings and with what they name, and what to do. With `--explain` it says
// what a text means.

import { type DiagnoseInit, diagnose } from '../doctor/diagnose.ts'
import { type Answer, explain } from '../doctor/explain/explain.ts'
import { isWell, printResults, resultsAsJson } from '../doctor/report.ts'
import { CliError } from '../output/cli-error.ts'
import { jsonText } from '../output/listing.ts'
import type { Terminal } from '../output/terminal.ts'

export interface DoctorCommand {
  readonly json?: boolean
  /** The text to explain; `-`: it is read from stdin. */
  readonly explain?: string
}

/** Exit code 1: something is wrong, or the text is not known. */
export async function doctor(
  { json = false, explain: given }: DoctorCommand,
  node: DiagnoseInit['node'],
  terminal: Terminal,
): Promise<void> {
  if (given !== undefined) return explainText(given === '-' ? await textOfStdin() : given, json, terminal)
  const results = await diagnose({
    environment: process.env,
    folder: process.cwd(),
    node,
    now: Date.now,
  })
  if (json) process.stdout.write(resultsAsJson(results))
  else printResults(results, terminal)
  process.exitCode = isWell(results) ? 0 : 1
}

function explainText(text: string, json: boolean, { line, paint }: Terminal): void {
  if (text.trim() === '')
    throw new CliError('--explain needs a text: an address, an error body, or a line of the log.', 2)
  const answer: Answer = explain(text)
  if (json) process.stdout.write(`${jsonText(answer, 2)}\n`)
  else {
    line(answer.message)
    if (answer.fix !== null) line(`${paint('bold', '→')} ${answer.fix}`)
  }
  process.exitCode = answer.known ? 0 : 1
}

async function textOfStdin(): Promise<string> {
  let text = ''
  for await (const part of process.stdin.setEncoding('utf8')) text += part
  return text
}
