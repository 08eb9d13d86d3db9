// The log: one JSON object a line. A line has a sentence and a few named facts, each of which its caller has chosen; no
// request, header or error is ever written as it is. Lines that belong to a request have its id.

import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, systemClock } from '../../core/clock.ts'
import { scrub } from './scrub.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Facts of a line. One that is `null` or `undefined` is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

type Write = (message: string, fields?: LogFields) => void

export interface Log extends Readonly<Record<Exclude<LogLevel, 'silent'>, Write>> {
  /** Runs the work of a request: the lines that it writes have the id of the request. */
  within<Result>(requestId: string, work: () => Result): Result
}

export interface LogOptions {
  readonly level: LogLevel
  readonly clock: Pick<Clock, 'now'>
  /** Writes a line, which ends with a line break; `null`: to stdout. */
  readonly write: ((line: string) => void) | null
}

/** How long a line is held, to be written together with others: by itself it costs a call of the system in another thread. */
const heldMs = 50

interface Held {
  write(line: string): void
  /** Writes what is held. */
  flush(): void
}

function holdLines(write: (lines: string) => void): Held {
  let lines = ''
  const flush = () => {
    const whole = lines
    lines = ''
    if (whole !== '') write(whole)
  }
  return {
    write(line) {
      if (lines === '') void systemClock.sleep(heldMs).then(flush)
      lines += line
    },
    flush,
  }
}

export async function createLog({ level, clock, write }: LogOptions): Promise<Log> {
  // Loaded by a service alone: an import of the server costs nothing for it.
  const { pino } = await import('pino')
  const requests = new AsyncLocalStorage<string>()
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin() {
      const requestId = requests.getStore()
      return requestId === undefined ? {} : { requestId }
    },
    hooks: { streamWrite: scrub },
  }
  const held = write === null ? holdForStdout(pino.destination({ sync: false })) : null
  const logger = pino(options, held ?? { write: write as (line: string) => void })
  const at =
    (name: Exclude<LogLevel, 'silent'>): Write =>
    (message, fields = {}) => {
      if (!logger.isLevelEnabled(name)) return
      logger[name](Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)), message)
      if (name === 'error') held?.flush()
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    within: (requestId, work) => requests.run(requestId, work),
  }
}

/** At the end of the process, what is held is written too. */
function holdForStdout(stdout: { write(text: string): unknown; flushSync(): void }): Held {
  const held = holdLines((lines) => void stdout.write(lines))
  process.once('exit', () => {
    held.flush()
    stdout.flushSync()
  })
  return held
}
