// Looks for what is due in the outbox: when it is woken, since something was written, and, once started, whenever an event
// falls due.

import type { Clock } from '../core/clock.ts'

export interface DueLoop {
  /** Looks now: something has been written. */
  wake(): void
  /** Ends the present nap: an event may be due sooner than it was. */
  endNap(): void
  /** From now on it also looks by itself. */
  start(): void
  /** Looks no more by itself. */
  stop(): void
  /** Aborts at `stop`. */
  stopping(): AbortSignal
  /** After `stop`: resolves when it has ended. */
  ended(): Promise<void>
  /** Lets it start again. After `ended`. */
  reopen(): void
}

export interface DueLoopInit {
  readonly clock: Clock
  readonly look: () => Promise<void>
  /** Milliseconds until an event is due; `null` while none is pending. */
  readonly nextDue: () => Promise<number | null>
  /** Whether it is of no use to look, whatever is due. */
  readonly isBusy: () => boolean
  readonly fault: (error: unknown) => void
}

/** The outbox is looked at again after this time in any case: another process may have written to it. */
const longestNapMs = 15_000
/** The pause while a due event waits for one that comes before it. */
const shortestNapMs = 1000
/** Why a nap ends. An abort without a reason makes an exception, with its stack, each time. */
const awake = 'awake'

export function createDueLoop({ clock, look, nextDue, isBusy, fault }: DueLoopInit): DueLoop {
  let stop = new AbortController()
  let nap = new AbortController()
  let loop: Promise<void> | null = null
  /** Whether the loop looks for due events when its nap ends, or only at when they are due. */
  let looks = true

  async function round(): Promise<void> {
    nap = new AbortController()
    let dueInMs: number | null = null
    try {
      if (looks) {
        looks = false
        await look()
      }
      dueInMs = await nextDue()
    } catch (error) {
      fault(error)
    }
    const napMs = dueInMs === null || isBusy() ? longestNapMs : napUntil(dueInMs)
    // A nap that was ended only begins again.
    looks = await clock.sleep(napMs, nap.signal).then(
      () => true,
      () => looks,
    )
  }

  return {
    wake() {
      looks = true
      if (loop) nap.abort(awake)
      else look().catch(fault)
    },
    endNap: () => nap.abort(awake),
    start() {
      const { signal } = stop
      loop ??= (async () => {
        while (!signal.aborted) await round()
      })()
    },
    stop() {
      stop.abort()
      nap.abort(awake)
    },
    stopping: () => stop.signal,
    async ended() {
      await loop
    },
    reopen() {
      stop = new AbortController()
      loop = null
    },
  }
}

/** Whatever a wrong clock makes of the time, it looks again soon enough. */
function napUntil(dueInMs: number): number {
  return dueInMs > 0 ? Math.min(dueInMs, longestNapMs) : shortestNapMs
}
