// A process that runs one command after the other, each with an environment, a folder and an output of its own. A command loads
// hundreds of modules: here they are loaded once for a file of tests. What a command leaves open would keep its process from
// ending, so that is told too.

import { join } from 'node:path'
import { runProgram } from '../../src/cli/program.ts'

export interface CommandRequest {
  readonly id: number
  readonly words: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly folder: string
}

export interface CommandResponse {
  readonly id: number
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What would keep a process from ending. */
  readonly leftOpen: readonly string[]
}

const main = join(import.meta.dirname, '../../src/cli/main.ts')
/** How long what a command has closed may take to be over. */
const closingMs = 3000

type Write = typeof process.stdout.write

async function runCommand({ id, words, environment, folder }: CommandRequest): Promise<CommandResponse> {
  const printed = { stdout: '', stderr: '' }
  const before = process.getActiveResourcesInfo()
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = ((text: string | Uint8Array) => {
      printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString()
      return true
    }) as Write
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.chdir(folder)
  process.argv = [process.execPath, main, ...words]
  process.exitCode = undefined
  try {
    await runProgram()
    const leftOpen = await whatStaysOpen(before)
    return { id, code: Number(process.exitCode ?? 0), ...printed, leftOpen }
  } finally {
    Object.assign(process.stdout, { write: originals.stdout })
    Object.assign(process.stderr, { write: originals.stderr })
    process.exitCode = undefined
    process.stdout.removeAllListeners('error')
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(name)
  }
}

async function whatStaysOpen(before: readonly string[]): Promise<readonly string[]> {
  const began = performance.now()
  for (;;) {
    const left = [...before]
    const added = process.getActiveResourcesInfo().filter((one) => {
      const at = left.indexOf(one)
      if (at >= 0) left.splice(at, 1)
      // A resource without a name of its own is a request that is under way.
      return at < 0 && one !== 'Immediate'
    })
    if (added.length === 0 || performance.now() - began > closingMs) return added
    await new Promise((resolve) => setImmediate(resolve))
  }
}

let last: Promise<unknown> = Promise.resolve()
process.on('message', (request: CommandRequest) => {
  last = last.then(async () => process.send?.(await runCommand(request)))
})
process.on('disconnect', () => process.exit())
