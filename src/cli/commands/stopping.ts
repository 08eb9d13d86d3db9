// From a signal to the end of the process: everything that was opened is closed in reverse order, within a limited time.

import type { Terminal } from '../output/terminal.ts'

export interface Closers {
  /** Closed in reverse order. */
  add(close: () => Promise<unknown>): void
  /** Closed after everything else. */
  addFirst(close: () => Promise<unknown>): void
  close(): Promise<void>
}

export function createClosers(): Closers {
  const open: (() => Promise<unknown>)[] = []
  return {
    add: (close) => void open.push(close),
    addFirst: (close) => void open.unshift(close),
    async close() {
      for (let close = open.pop(); close; close = open.pop()) await close()
    },
  }
}

/**
 * Waits for SIGINT or SIGTERM, then closes. A second signal ends the process at once. `deadlineMs`: from the signal to the end
 * of the process, at most.
 */
export async function untilStopped(closers: Closers, terminal: Terminal, deadlineMs = 9000): Promise<void> {
  const orphaned = new AbortController()
  const cause = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, resolve)
    whenOrphaned(orphaned.signal).then(resolve)
  })
  orphaned.abort()
  terminal.line(terminal.paint('dim', `${cause}: finishing what is under way …`))
  const end = (sentence: string) => {
    terminal.line(sentence)
    process.exit(1)
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => end('Stopped at once.'))
  setTimeout(() => end('Something did not finish in time and was stopped.'), deadlineMs).unref()
  await closers.close()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(name)
  terminal.line(terminal.paint('dim', 'Stopped.'))
}

const parent = process.ppid

/**
 * Resolves when the shell between npm and this process has ended. npm signals that shell only, and the shell may end without
 * passing the signal on (npm 11, dash; seen in November 2026). Outside npm it never resolves, since `nohup` must work.
 */
function whenOrphaned(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (process.env.npm_lifecycle_event === undefined) return
    const watching = setInterval(() => process.ppid !== parent && resolve('npm has ended'), 200)
    watching.unref()
    signal.addEventListener('abort', () => clearInterval(watching))
  })
}
