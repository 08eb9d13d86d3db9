// Where calls wait for their turn: callers take turns, each caller's calls in order, background calls while nobody else
// waits. Whoever gives up, or cannot be served in time, leaves no trace.

import type { PunctualError } from '../core/errors.ts'
import { rateLimited } from './failures.ts'
import type { Room } from './header-budget.ts'
import type { MonotonicClock } from './monotonic-clock.ts'

/** What lets calls go. */
export interface Allowance {
  /** Whether one more may go, with so many waiting, none of them for longer than until then. */
  room(now: number, waiting: number, until: number): Room
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

export interface FairQueue {
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

export function createFairQueue(clock: MonotonicClock, allowance: Allowance): FairQueue {
  const interactive = createTurns()
  const background = createTurns()
  let alarm: { readonly at: number; readonly off: AbortController } | null = null

  const count = () => interactive.size() + background.size()

  /** Somebody who has only just come may go at once, without any patience. */
  function move(newcomer?: Waiter): void {
    refuseExpired(newcomer)
    for (let next = first(); next; next = first()) {
      const now = clock.now()
      // Who waits in the background is no reason for anybody else to wait.
      const room = allowance.room(now, next.turns.size(), next.turns.latest())
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

  /** Nobody goes once its time is up: all of them leave before anybody moves up. */
  function refuseExpired(newcomer?: Waiter): void {
    const now = clock.now()
    const wait = allowance.expect(now, count())
    for (const turns of [interactive, background])
      for (const waiter of turns.expired(now)) if (waiter !== newcomer) expire(turns, waiter, wait)
  }

  function expire(turns: Turns, waiter: Waiter, wait: number = allowance.expect(clock.now(), count())): void {
    turns.remove(waiter)
    waiter.refuse(rateLimited(wait))
  }

  /** Nobody is kept waiting for a turn that comes too late. */
  function refuseLate(now: number, until: number): void {
    for (const turns of [interactive, background]) {
      for (const waiter of turns.all()) {
        if (waiter.until >= until) continue
        turns.remove(waiter)
        waiter.refuse(rateLimited(until - now))
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
      move(waiter)
      if (turns.has(waiter) && wish.patience < longestTimer) {
        clock.sleep(Math.max(0, wish.patience), over.signal).then(
          () => {
            // Its time is up, even where the timer came before the clock says so, or the clock was set back.
            expire(turns, waiter)
            move()
          },
          () => {},
        )
      }
      return promise
    },
    move: () => move(),
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
  /** Whose time is up. */
  expired(now: number): Waiter[]
  /** When the last of them gives up. */
  latest(): number
}

/** Callers in a ring, in the order of a Map's keys. */
function createTurns(): Turns {
  const ring = new Map<unknown, Set<Waiter>>()
  let size = 0
  /** Nobody gives up before that. */
  let soonest = Number.POSITIVE_INFINITY
  /** `null`: to be looked up. */
  let latest: number | null = null

  const all = () => [...ring.values()].flatMap((queue) => [...queue])

  function remove(waiter: Waiter): void {
    const queue = ring.get(waiter.caller)
    if (!queue?.delete(waiter)) return
    size--
    if (waiter.until === latest) latest = null
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
      soonest = Math.min(soonest, waiter.until)
      if (latest !== null) latest = Math.max(latest, waiter.until)
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
    all,
    size: () => size,
    expired(now) {
      if (now < soonest) return []
      const waiters = all()
      soonest = waiters.reduce((at, { until }) => Math.min(at, until > now ? until : at), Number.POSITIVE_INFINITY)
      return waiters.filter(({ until }) => until <= now)
    },
    latest() {
      latest ??= all().reduce((at, { until }) => Math.max(at, until), 0)
      return latest
    },
  }
}
