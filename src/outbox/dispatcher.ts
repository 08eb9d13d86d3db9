// Empties the outbox: takes what is due under a lease, few at a time, and hands it over. It looks when it is told that
// something is there, and, once started, whenever something falls due.

import { type Clock, type Random, randomId } from '../core/clock.ts'
import { fewPerTurn, nextTurn } from '../core/each.ts'
import type { Fetch } from '../core/http.ts'
import type { Outbox } from '../records/outbox.ts'
import type { Destination } from './destination.ts'
import { createDispatch, lease, type OutboxReport, StoppedError } from './dispatch.ts'
import { httpDestination } from './http-destination.ts'

export interface DispatcherParts {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  /** `null`: what is there stays there until a process has one. */
  readonly destination: Destination | null
  readonly report: OutboxReport
}

export interface Dispatcher {
  /** Looks now: something has been written. */
  kick(): void
  /** From now on looks by itself, too. */
  start(): void
  /** Takes nothing more. What is in hand has a few seconds to end. */
  stop(): void
  /** After `stop`: resolves when nothing is in hand and every acknowledgement is recorded or given up. */
  drain(): Promise<void>
}

/** Events in hand at once. */
const most = 8
/** Of them, those of one connection: where its events hang, there are hands left for the others. */
const share = most / 2
/** Ms that what is in hand may go on once it is to stop. */
const grace = 5000
/** Ms after which the outbox is looked at again in any case: another process may have written to it. */
const longest = 15_000
/** Ms to wait while what is due waits for an event that comes before it. */
const shortest = 1000
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { destination } = parts
  if (!destination) return { kick() {}, start() {}, stop() {}, async drain() {} }
  return createRunningPump(parts, destination)
}

function createRunningPump(parts: DispatcherParts, destination: Destination): Dispatcher {
  const { outbox, clock, report } = parts
  const process = randomId(parts.random, 'outbox')
  let takings = 0
  /** What is in hand, and the connection that it is of. */
  const hands = new Map<Promise<void>, string | null>()
  let stopping = new AbortController()
  let ending = new AbortController()
  let nap = new AbortController()
  /** Aborted when nothing is in hand any more: then there is nothing to end. */
  let over = new AbortController()
  let loop: Promise<void> | null = null
  let looking: Promise<void> | null = null
  let again = false
  // A store and a handler may answer at once, for as long as there is something to take.
  const turn = fewPerTurn(4)
  const handler = destination.kind === 'handler' ? destination.handler : httpDestination(parts, destination)
  const handOver = createDispatch(
    { ...parts, handler, types: destination.types },
    {
      stopping: () => stopping.signal,
      ending: () => ending.signal,
    },
  )

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
        await turn()
        const taking = { owner: `${process}.${++takings}`, askedAt: clock.monotonic() }
        const { limit, but } = room()
        const events = await outbox.take(taking.owner, limit, lease, but)
        for (const event of events) hold(handOver.hand(event, taking), event.connection)
        // It may have been asked for fewer than there are hands.
        again ||= events.length === limit
      } while (again && hands.size < most && !stopping.signal.aborted)
    } finally {
      looking = null
    }
  }

  /** How many may be taken, even if all are of one connection, and of which connections none. */
  function room(): { limit: number; but: string[] } {
    const held = new Map<string, number>()
    for (const connection of hands.values())
      if (connection !== null) held.set(connection, (held.get(connection) ?? 0) + 1)
    const full = [...held].filter(([, count]) => count >= share)
    const rest = [...held.values()].filter((count) => count < share)
    return {
      limit: Math.min(most - hands.size, share - Math.max(0, ...rest)),
      but: full.map(([connection]) => connection),
    }
  }

  function hold(hand: Promise<void>, connection: string | null): void {
    hands.set(hand, connection)
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
    const pause = wait !== null && hands.size < most ? pauseUntil(wait) : longest
    await clock.sleep(pause, nap.signal).catch(() => {})
  }

  return {
    kick,
    start() {
      const { signal } = stopping
      loop ??= (async () => {
        while (!signal.aborted) await round()
      })()
    },
    stop() {
      stopping.abort()
      nap.abort()
      clock.sleep(grace, over.signal).then(
        () => ending.abort(new StoppedError()),
        () => {},
      )
    },
    async drain() {
      await loop
      for (;;) {
        const open = [...hands.keys(), ...handOver.recording(), ...(looking ? [looking] : [])]
        if (open.length === 0) break
        await Promise.allSettled(open)
      }
      over.abort()
      over = new AbortController()
      stopping = new AbortController()
      ending = new AbortController()
      loop = null
    },
  }
}

/** Ms to sleep where something falls due in `wait` ms, whatever a wrong clock makes of that. */
function pauseUntil(wait: number): number {
  return wait > 0 ? Math.min(wait, longest) : shortest
}

const day = 86_400_000
const batch = 1000

/**
 * Forgets what has been done for 3 days, and what has been dead for 30. `taking`: whether this process hands events over;
 * if it does not, also what has been due for 30 days without anybody who takes it.
 */
export async function sweep(outbox: Outbox, taking: boolean): Promise<void> {
  const age = { done: 3 * day, dead: 30 * day, pending: taking ? null : 30 * day }
  for (let step = 0; step < 5; step++) {
    if ((await outbox.sweep(age, batch)) < batch) return
    await nextTurn()
  }
}
