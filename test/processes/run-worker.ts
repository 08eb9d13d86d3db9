// Runs workers: processes of their own that share a database with the test.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { preloads } from '../support/preloads.ts'
import type { Job } from './worker.ts'

export interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly lines: unknown[]
  readonly errors: string
}

export interface Worker {
  /** The next line that it prints. */
  next(): Promise<unknown>
  say(line: string): void
  kill(): void
  ended: Promise<Ended>
}

/** Starts one job. `fileBlocks` limits every file it writes to that many KiB. */
export function startWorker(job: Job, fileBlocks: number | 'unlimited' = 'unlimited'): Worker {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url))
  const child = spawn('bash', [
    '-c',
    `ulimit -f ${fileBlocks}; exec "$0" "$@"`,
    process.execPath,
    ...preloads,
    script,
    JSON.stringify(job),
  ])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ended: untilEnd(child),
    kill: () => void child.kill('SIGKILL'),
    say: (line) => child.stdin.write(`${line}\n`),
    async next() {
      const { value, done } = await lines.next()
      if (done) throw new Error('the worker has ended')
      return JSON.parse(value)
    },
  }
}

/** Runs one job until its process ends. */
export async function runWorker(job: Job): Promise<Ended> {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url))
  return untilEnd(spawn(process.execPath, [...preloads, script, JSON.stringify(job)]))
}

async function untilEnd(child: ChildProcess): Promise<Ended> {
  let output = ''
  let errors = ''
  child.stdout?.on('data', (data) => {
    output += data
  })
  child.stderr?.on('data', (data) => {
    errors += data
  })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...end) => resolve(end)),
  )
  const lines = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown)
  return { code, signal, lines, errors }
}
