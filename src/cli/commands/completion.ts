// `punctual completion <shell>`: prints a script that completes commands and options. It starts no process while a person types.

import { type CompletedPlace, completionScript, type Shell } from '../output/completion.ts'
import type { Terminal } from '../output/terminal.ts'

export function completion(shell: Shell, places: readonly CompletedPlace[], terminal: Terminal): void {
  terminal.line(completionScript(shell, places).trimEnd())
}
