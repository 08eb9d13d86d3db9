// The last calls of the connections that this process has used last. In memory alone: writing each call would cost more
// than making it.

import type { Measurement } from '../core/measure.ts'
import type { RecentCall } from '../core/operator.ts'

export interface RecentCalls {
  add(call: Extract<Measurement, { kind: 'call' }>): void
  forget(connection: string): void
  /** Newest first. */
  of(connection: string): readonly RecentCall[]
}

const mostConnections = 1000
const mostCalls = 30

/** Calls in the order of a ring: the next one takes the place of the oldest. */
interface Ring {
  readonly calls: RecentCall[]
  next: number
}

export function createRecentCalls(clock: { now(): number }): RecentCalls {
  const rings = new Map<string, Ring>()
  return {
    add({ connection, method, outcome, status, durationMs, waitMs }) {
      const ring = rings.get(connection) ?? { calls: [], next: 0 }
      rings.delete(connection)
      rings.set(connection, ring)
      if (rings.size > mostConnections)
        for (const oldest of rings.keys()) {
          rings.delete(oldest)
          break
        }
      ring.calls[ring.next] = { at: new Date(clock.now()), method, outcome, status, durationMs, waitMs }
      ring.next = (ring.next + 1) % mostCalls
    },
    forget: (connection) => void rings.delete(connection),
    of(connection) {
      const { calls, next } = rings.get(connection) ?? { calls: [], next: 0 }
      return [...calls.slice(next), ...calls.slice(0, next)].reverse()
    },
  }
}
