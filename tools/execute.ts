// Runs a command to its end and keeps what it printed.

import { execFile } from 'node:child_process'

export interface Ending {
  /** The exit code, or a word for another end. */
  readonly status: number | string
  /** Standard output and standard error, after a line that says so when the command was late. */
  readonly output: string
}

/** Answers how the command ended; it is killed after `patience` milliseconds, 60 000 by default. */
export function execute(command: string, args: readonly string[], cwd: string, patience = 60_000): Promise<Ending> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: patience, killSignal: 'SIGKILL', maxBuffer: 64 * 2 ** 20 } as const
    execFile(command, args, options, (error, stdout, stderr) => {
      const late = error?.killed ? `it did not end within ${patience / 1000} s\n` : ''
      resolve({ status: error ? (error.code ?? 'a signal') : 0, output: late + stdout + stderr })
    })
  })
}
