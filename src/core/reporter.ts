// Reports each fault once. The same fault is reported again after an hour, or after a minute if its place has worked in
// between. The memory for this is bounded.

import type { Clock } from './clock.ts'
import { PunctualError } from './errors.ts'
import type { Fault } from './events.ts'

export interface Reporter {
  /**
   * Reports a fault of that place. Faults with the same `key` are the same fault. Default: the code, reason and
   * message.
   */
  failed(place: string, fault: Fault, key?: string): void
  /** Notes that work at that place has succeeded. */
  worked(place: string): void
}

const hourMs = 3_600_000
/** If a place alternates between success and failure, it is reported once in this time at most. */
const minuteMs = 60_000
const mostRemembered = 1000

interface Reported {
  readonly place: string
  readonly at: number
  hasWorked: boolean
}

export function createReporter(clock: Pick<Clock, 'monotonic'>, report: (fault: Fault) => void): Reporter {
  const reported = new Map<string, Reported>()
  const failing = new Set<string>()
  return {
    failed(place, fault, key = `${fault.code} ${fault.reason} ${fault.message}`) {
      const at = clock.monotonic()
      const before = reported.get(key)
      if (before && at - before.at < (before.hasWorked ? minuteMs : hourMs)) return
      reported.delete(key)
      reported.set(key, { place, at, hasWorked: false })
      const [oldest] = reported.keys()
      if (reported.size > mostRemembered && oldest !== undefined) reported.delete(oldest)
      failing.delete(place)
      failing.add(place)
      const [first] = failing
      if (failing.size > mostRemembered && first !== undefined) failing.delete(first)
      report(fault)
    },
    worked(place) {
      if (!failing.delete(place)) return
      for (const one of reported.values()) if (one.place === place) one.hasWorked = true
    },
  }
}

/** Returns the fault for what was thrown. */
export function faultOf(error: unknown): Fault {
  if (error instanceof PunctualError) {
    const { code, reason = null, message } = error
    // The code and the reason belong together. The compiler does not see this across two fields.
    return { code, reason, message } as Fault
  }
  return {
    code: 'unexpected',
    reason: wordFor(error),
    message: error instanceof Error ? error.message : 'unknown fault',
  }
}

/** Returns the code or the name of an error if it is one word. The message of a foreign error may hold a secret. */
export function wordFor(error: unknown): string | null {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const isWord = (text: unknown): text is string => typeof text === 'string' && /^\w{1,40}$/.test(text)
  if (isWord(code)) return code
  return isWord(name) ? name : null
}
