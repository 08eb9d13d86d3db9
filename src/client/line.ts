// Where calls wait for their turn: callers take turns, each caller's calls in order, background calls while nobody else
// waits. Whoever gives up, or cannot be served in time, leaves no trace.

import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { Room } from './budget.ts'
import { rateLimited } from './failures.ts'

/** What lets calls go. */
export interface Allowance {
  room(now: number, waiting: number): Room
  taken(now: number): void
  /** Ms that the last of so many has to expect. */
  expect(now: number, waiting: number): number
}

export interface Wish {
  /** Whose call it is: callers take turns. */
  readonly caller: unknown
  readonly background: boolean
  /** Ms that it may wait. */
  readonly patience: number
  readonly signal: AbortSignal | undefined
}

export interface Line {
  /**
   * Resolves when it may go.
   *
   * @throws {PunctualError} `rate_limited` once its turn cannot come in time; the signal's reason when it is aborted.
   */
  enter(wish: Wish): Promise<void>
  /** Something has changed: whoever may go now, goes. */
  move(): void
  /** Sends away all who wait. */
  dismiss(why: PunctualError): void
  isEmpty(): boolean
}

interface Waiter extends Wish {
  /** When it gives up. */
  readonly until: number
  go(): void
  refuse(error: unknown): void
}

const longestTimer = 2 ** 31 - 1

export function createLine(clock: Clock, allowance: Allowance): Line {
  const interactive = createTurns()
  const background = createTurns()
  let alarm: { readonly at: number; readonly off: AbortController } | null = null

  const count = () => interactive.size() + background.size()

  function move(): void {
    for (let next = first(); next; next = first()) {
      const now = clock.now()
      // Who waits in the background is no reason for anybody else to wait.
      const room = allowance.room(now, interactive.size() || background.size())
      if (room !== true) {
        if (room.certain) refuseLate(now, room.until)
        wakeAt(count() > 0 ? room.until : Number.POSITIVE_INFINITY)
        return
      }
      next.turns.take()
      allowance.taken(now)
      next.waiter.go()
    }
    wakeAt(Number.POSITIVE_INFINITY)
  }

  function first(): { turns: Turns; waiter: Waiter } | null {
    const turns = interactive.size() > 0 ? interactive : background
    const waiter = turns.peek()
    return waiter && { turns, waiter }
  }

  /** Nobody is kept waiting for a turn that comes too late. */
  function refuseLate(now: number, until: number): void {
    for (const turns of [interactive, background]) {
      for (const waiter of turns.all()) {
        if (waiter.until >= until) continue
        turns.remove(waiter)
        waiter.refuse(rateLimited((until - now) / 1000))
      }
    }
  }

  function wakeAt(at: number): void {
    if (alarm?.at === at) return
    alarm?.off.abort()
    alarm = null
    if (at === Number.POSITIVE_INFINITY) return
    const set = { at, off: new AbortController() }
    alarm = set
    clock.sleep(Math.min(Math.max(1, at - clock.now()), longestTimer), set.off.signal).then(
      () => {
        if (alarm !== set) return
        alarm = null
        move()
      },
      () => {},
    )
  }

  return {
    enter(wish) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      if (wish.signal?.aborted) return Promise.reject(wish.signal.reason)
      const turns = wish.background ? background : interactive
      const over = new AbortController()
      const leave = () => {
        over.abort()
        wish.signal?.removeEventListener('abort', aborted)
      }
      const waiter: Waiter = {
        ...wish,
        until: clock.now() + wish.patience,
        go: () => {
          leave()
          resolve()
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      const aborted = () => {
        turns.remove(waiter)
        waiter.refuse(wish.signal?.reason)
        move()
      }
      wish.signal?.addEventListener('abort', aborted, { once: true })
      turns.add(waiter)
      move()
      if (turns.has(waiter) && wish.patience < longestTimer) {
        clock.sleep(wish.patience, over.signal).then(
          () => {
            const wait = allowance.expect(clock.now(), count())
            turns.remove(waiter)
            waiter.refuse(rateLimited(wait / 1000))
            move()
          },
          () => {},
        )
      }
      return promise
    },
    move,
    dismiss(why) {
      for (const turns of [interactive, background]) {
        for (const waiter of turns.all()) {
          turns.remove(waiter)
          waiter.refuse(why)
        }
      }
      move()
    },
    isEmpty: () => count() === 0,
  }
}

interface Turns {
  add(waiter: Waiter): void
  /** Whose turn it is. */
  peek(): Waiter | null
  /** Lets that one go; its caller's next call waits behind the other callers. */
  take(): void
  remove(waiter: Waiter): void
  has(waiter: Waiter): boolean
  all(): Waiter[]
  size(): number
}

/** Callers in a ring, in the order of a Map's keys. */
function createTurns(): Turns {
  const ring = new Map<unknown, Set<Waiter>>()
  let size = 0

  function remove(waiter: Waiter): void {
    const queue = ring.get(waiter.caller)
    if (!queue?.delete(waiter)) return
    size--
    if (queue.size === 0) ring.delete(waiter.caller)
  }

  function peek(): Waiter | null {
    for (const queue of ring.values()) for (const waiter of queue) return waiter
    return null
  }

  return {
    add(waiter) {
      const queue = ring.get(waiter.caller)
      if (queue) queue.add(waiter)
      else ring.set(waiter.caller, new Set([waiter]))
      size++
    },
    peek,
    take() {
      const waiter = peek()
      if (!waiter) return
      const queue = ring.get(waiter.caller)
      remove(waiter)
      if (!queue || queue.size === 0) return
      ring.delete(waiter.caller)
      ring.set(waiter.caller, queue)
    },
    remove,
    has: (waiter) => ring.get(waiter.caller)?.has(waiter) ?? false,
    all: () => [...ring.values()].flatMap((queue) => [...queue]),
    size: () => size,
  }
}
