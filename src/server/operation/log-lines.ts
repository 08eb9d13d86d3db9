// What the log says: about each request, each event of Punctual, each piece of work that was measured, and each fault.

import type { PunctualEvent } from '../../core/events.ts'
import type { Measurement } from '../../core/measure.ts'
import { wordFor } from '../../core/reporter.ts'
import { inSettingWords } from '../../core/setting-words.ts'
import type { Log, LogFields, LogLevel } from './log.ts'
import type { RequestFacts } from './request-facts.ts'

/** One line for a request. The raw address is not in it: it has ids, and the query of a callback has a code. */
export function logRequest(
  log: Log,
  { route, connection, apiKey, problem }: RequestFacts,
  { method, status, durationMs }: { readonly method: string; readonly status: number; readonly durationMs: number },
): void {
  const answered = { method, route: route ?? 'none', status, durationMs: rounded(durationMs) }
  const fields = { ...answered, connection, apiKey, ...problem }
  log[status >= 500 ? 'error' : 'info']('request', fields)
}

/** An event of Punctual, with its facts. Its type is the sentence. */
export function logEvent(log: Log, event: PunctualEvent): void {
  const { type, at: _, ...facts } = event
  // The owner may be an e-mail address, and the message of an unexpected fault comes from outside.
  const left = new Set(type === 'fault' && event.code === 'unexpected' ? ['owner', 'message'] : ['owner'])
  const entries = Object.entries(facts).filter(([name]) => !left.has(name))
  const fields = Object.fromEntries(
    entries.map(([name, value]) => (name === 'message' ? ['detail', inSettingWords(String(value))] : [name, value])),
  )
  log[levelOf(type)](type, fields as LogFields)
}

type Written = Exclude<LogLevel, 'silent'>

function levelOf(type: PunctualEvent['type']): Written {
  switch (type) {
    case 'fault':
    case 'client.misconfigured':
    case 'event.dead':
      return 'error'
    case 'connection.needs_reconnect':
    case 'grant.journaled':
    case 'attempt.journaled':
    case 'attempt.refused':
    case 'provider.unavailable':
    case 'webhook.refused':
    case 'webhook.failing':
      return 'warn'
    case 'connection.renewed':
    case 'grant.renewed':
    case 'webhook.received':
      return 'debug'
    default:
      return 'info'
  }
}

export function logMeasurement(log: Log, { kind, ...facts }: Measurement): void {
  const fields = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === 'number' ? rounded(value) : value,
  ])
  log.debug(kind, Object.fromEntries(fields))
}

/** A fault for which a client got only a 500: where it happened, without its message, which may hold a secret. */
export function logFault(log: Log, error: unknown): void {
  log.error('fault', { reason: wordFor(error), frames: framesOf(error) })
}

function framesOf(error: unknown): string | null {
  const { stack, message } = (error ?? {}) as { stack?: unknown; message?: unknown }
  if (typeof stack !== 'string') return null
  // The stack begins with the message, which may have lines like those of a stack.
  const begins = typeof message === 'string' ? stack.indexOf(message) + message.length : 0
  const frames = stack.slice(Math.max(0, begins)).match(/^ +at .+$/gm) ?? []
  return frames.map((frame) => frame.trim()).join('\n')
}

/** To a hundredth of a millisecond. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
