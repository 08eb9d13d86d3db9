// Runs a command to its end and keeps what it printed.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export interface Ending {
  /** The exit code, or a word for another end. */
  readonly status: number | string
  /** Standard output and standard error, after a line that says so when the command was late. */
  readonly output: string
}

/** Returns how the command ended; it is killed after `timeoutMs`, 60 000 by default. */
export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  timeoutMs = 60_000,
  env: NodeJS.ProcessEnv = {},
): Promise<Ending> {
  return new Promise((resolve) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 2 ** 20 } as const
    execFile(command, args, { ...limits, cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const late = error?.killed ? `it did not end within ${timeoutMs / 1000} s\n` : ''
      resolve({ status: error ? (error.code ?? 'a signal') : 0, output: late + stdout + stderr })
    })
  })
}

/** Returns a port of this machine that was free a moment ago, for a program that reads `PORT`. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}
