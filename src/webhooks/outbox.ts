// Empties the outbox: takes what is due under a lease, few at a time, and hands it over. It looks when it is told that
// something is there, and, once started, whenever something falls due.

import type { Outbox } from '../connections/events.ts'
import { type Clock, type Random, randomId } from '../core/clock.ts'
import type { Fetch } from '../core/http.ts'
import type { Destination } from './deliver-to.ts'
import { forwardTo } from './forward.ts'
import { createHandOver, lease, type OutboxReport } from './hand-over.ts'

export interface PumpParts {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  /** `null`: what is there stays there until a process has one. */
  readonly destination: Destination | null
  readonly report: OutboxReport
}

export interface Pump {
  /** Looks now: something has been written. */
  kick(): void
  /** From now on looks by itself, too. */
  start(): void
  /** Takes nothing more, and waits for what is in hand, and for `others`. */
  stop(others: Promise<unknown>): Promise<void>
}

/** Events in hand at once. */
const most = 8
/** Ms after which the outbox is looked at again in any case: another process may have written to it. */
const longest = 15_000
/** Ms to wait while what is due waits for an event that comes before it. */
const shortest = 1000

export function createPump(parts: PumpParts): Pump {
  const { destination } = parts
  if (!destination) return { kick() {}, start() {}, stop: async (others) => void (await others) }
  return createRunningPump(parts, destination)
}

function createRunningPump(parts: PumpParts, destination: Destination): Pump {
  const { outbox, clock, report } = parts
  const owner = randomId(parts.random, 'outbox')
  const hands = new Set<Promise<void>>()
  let stopping = new AbortController()
  let nap = new AbortController()
  let loop: Promise<void> | null = null
  let looking: Promise<void> | null = null
  let again = false
  const handler = destination.kind === 'handler' ? destination.handler : forwardTo(parts, destination)
  const handOver = createHandOver({ ...parts, owner, handler, types: destination.types }, () => stopping.signal)

  /** Fills the hands. Those who ask while it is at it are served by it. */
  function look(): Promise<void> {
    again = true
    if (hands.size >= most || stopping.signal.aborted) return Promise.resolve()
    looking ??= fill()
    return looking
  }

  async function fill(): Promise<void> {
    try {
      do {
        again = false
        const askedAt = clock.now()
        for (const event of await outbox.take(owner, most - hands.size, lease)) hold(handOver.hand(event, askedAt))
      } while (again && hands.size < most && !stopping.signal.aborted)
    } finally {
      looking = null
    }
  }

  function hold(hand: Promise<void>): void {
    hands.add(hand)
    void hand.then(() => {
      hands.delete(hand)
      kick()
    })
  }

  function kick(): void {
    // The loop naps for what it knew of, and looks again.
    if (loop) nap.abort()
    else look().catch(report.fault)
  }

  async function round(): Promise<void> {
    nap = new AbortController()
    let wait: number | null = null
    try {
      await look()
      wait = await outbox.nextDue()
    } catch (error) {
      report.fault(error)
    }
    const known = hands.size < most && wait !== null
    await clock.sleep(known ? Math.min(wait || shortest, longest) : longest, nap.signal).catch(() => {})
  }

  return {
    kick,
    start() {
      const { signal } = stopping
      loop ??= (async () => {
        while (!signal.aborted) await round()
      })()
    },
    async stop(others) {
      stopping.abort()
      nap.abort()
      await Promise.allSettled([loop, others])
      for (;;) {
        const open = [...hands, ...handOver.recording(), ...(looking ? [looking] : [])]
        if (open.length === 0) break
        await Promise.allSettled(open)
      }
      stopping = new AbortController()
      loop = null
    },
  }
}

const day = 86_400_000
const batch = 1000

/** Forgets what has been done for 3 days, and what has been dead for 30. */
export async function sweep(outbox: Outbox): Promise<void> {
  for (let round = 0; round < 5; round++) {
    if ((await outbox.sweep({ done: 3 * day, dead: 30 * day }, batch)) < batch) return
  }
}
