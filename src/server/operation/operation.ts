// What an operator sees of the service: metrics, logs and traces. It is made before Punctual, which it measures, and it
// watches the requests of the server.

import { createHash, timingSafeEqual } from 'node:crypto'
import { type Checks, checkOptions, flag, oneOf, optional } from '../../core/check.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Listener } from '../../core/events.ts'
import type { Measure } from '../../core/measure.ts'
import type { Punctual } from '../../punctual.ts'
import { createLog, type Log, type LogLevel } from './log.ts'
import { logEvent, logFault, logMeasurement, logRequest } from './log-lines.ts'
import { type Counted, createMetrics } from './metrics.ts'
import type { RequestFacts } from './request-facts.ts'
import { loadTraces } from './traces.ts'

export interface OperationOptions {
  /** Which lines are written: this level and those that are more urgent. Default `info`. */
  readonly logLevel?: LogLevel
  /** Gets each line of the log, with its line break. Default: stdout. */
  readonly writeLog?: (line: string) => void
  /**
   * The text that `/metrics` demands as `Authorization: Bearer`: 16 characters or more. It is not an API key, so that
   * metrics can be read while the database is away. Default: `/metrics` is open to all that can reach it.
   */
  readonly metricsKey?: string
  /** `false`: no spans, even if `@opentelemetry/api` is installed. Default true. */
  readonly traces?: boolean
  readonly clock?: Pick<Clock, 'now' | 'monotonic'>
}

export interface Operation {
  /** The option `measure` of `createPunctual`. */
  readonly measure: Measure
  /** For `punctual.on`: writes each event to the log. */
  readonly onEvent: Listener
  /** Writes a fault to the log, without its message: the option `onFault` of `createServer`. */
  readonly onFault: (error: unknown) => void
  readonly log: Log
  /** Watches a request: its line in the log, its span, its metrics. */
  watch(request: Request, facts: RequestFacts, work: () => Promise<Response>): Promise<Response>
  /** Answers `GET /metrics`. */
  metrics(punctual: Pick<Punctual, 'statistics' | 'health'>, request: Request): Promise<Response>
}

const checks: Checks<OperationOptions> = {
  logLevel: optional(oneOf('debug', 'info', 'warn', 'error', 'silent')),
  writeLog: optional((value) => (typeof value === 'function' ? null : 'must be a function of the line')),
  metricsKey: optional((value) =>
    typeof value === 'string' && /^[\x21-\x7e]{16,200}$/.test(value)
      ? null
      : 'must be a text of 16 to 200 visible ASCII characters',
  ),
  traces: optional(flag),
  clock: optional((value) => (typeof value === 'object' ? null : 'must be a clock')),
}

/**
 * Makes what an operator sees of the service. Give its parts to `createPunctual`, `punctual.on` and `createServer`.
 *
 * @throws {PunctualError} `invalid_argument` for a wrong option.
 * @example
 * ```ts
 * const operation = await createOperation({ logLevel: 'info' })
 * const punctual = createPunctual({ ...options, measure: operation.measure })
 * punctual.on(operation.onEvent)
 * const { fetch } = createServer({ punctual, operation, onFault: operation.onFault })
 * ```
 */
export async function createOperation(options: OperationOptions = {}): Promise<Operation> {
  checkOptions('createOperation', options, checks)
  const { logLevel = 'info', writeLog = null, metricsKey, clock = systemClock } = options
  const metrics = createMetrics()
  const [log, traces] = await Promise.all([
    createLog({ level: logLevel, clock, write: writeLog }),
    options.traces === false ? () => null : loadTraces(clock),
  ])

  async function watched(request: Request, facts: RequestFacts, work: () => Promise<Response>): Promise<Response> {
    const began = clock.monotonic()
    const note = (status: number): void => {
      const measured = { method: request.method, route: facts.route, status, durationMs: clock.monotonic() - began }
      metrics.request(measured)
      logRequest(log, facts, measured)
    }
    try {
      const response = await work()
      note(response.status)
      return response
    } catch (error) {
      note(500)
      throw error
    }
  }

  return {
    log,
    measure(measurement) {
      metrics.measure(measurement)
      traces()?.measure(measurement)
      logMeasurement(log, measurement)
    },
    onEvent: (event) => logEvent(log, event),
    onFault: (error) => logFault(log, error),
    watch(request, facts, work) {
      const watch = () => watched(request, facts, work)
      return log.within(facts.requestId, () => traces()?.within(request, facts, watch) ?? watch())
    },
    async metrics(punctual, request) {
      if (metricsKey !== undefined && !isKey(metricsKey, request)) return unauthorized()
      const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }
      return new Response(metrics.text(await counted(punctual)), { headers })
    },
  }
}

/** What is counted in the store; the rest of the metrics can be read while the store is away. */
async function counted(punctual: Pick<Punctual, 'statistics' | 'health'>): Promise<Counted> {
  try {
    const [statistics, health] = await Promise.all([punctual.statistics(), punctual.health()])
    return { statistics, health }
  } catch {
    // The failure of the store has been reported as a fault.
    return null
  }
}

/** Takes the same time for every wrong key. */
function isKey(key: string, { headers }: Request): boolean {
  const given = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? ''
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(key))
}

function unauthorized(): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'www-authenticate': 'Bearer realm="metrics"' }
  return new Response('Send the key of the metrics: "Authorization: Bearer …".\n', { status: 401, headers })
}
