// Virtual time. Exactly one event happens at a time; everything that it sets off in the code under test comes to rest before
// the next one. Events of the same millisecond happen in an order drawn from the seed.

import type { Random } from './random.ts'

export interface Scheduler {
  /** Milliseconds since 1970. Only the store may see this clock without an error. */
  now(): number
  /** Schedules `run` in `ms`. Returns what cancels it. */
  after(ms: number, run: () => void | Promise<void>): () => void
  /** Lets the next event happen, if it is not later than `until`. Returns false if no event is left. */
  step(until: number): Promise<boolean>
  /** Lets everything that was set off come to rest, in no time. */
  rest(): Promise<void>
  /** Moves the time forward to `time`, when no event waits before it. */
  settleAt(time: number): void
}

interface Event {
  readonly at: number
  readonly tie: number
  run: (() => void | Promise<void>) | null
}

const start = Date.UTC(2026, 0, 1)

export function createScheduler(random: Random): Scheduler {
  const heap: Event[] = []
  let now = start
  return {
    now: () => now,
    after(ms, run) {
      const event: Event = { at: now + Math.max(0, Math.round(ms)), tie: random.next(), run }
      push(heap, event)
      return () => {
        event.run = null
      }
    },
    async step(until) {
      for (;;) {
        const [first] = heap
        if (!first || (first.run && first.at > until)) return false
        pop(heap)
        if (!first.run) continue
        now = first.at
        await first.run()
        await atRest()
        return true
      }
    },
    rest: atRest,
    settleAt(time) {
      now = Math.max(now, time)
    },
  }
}

/** The code under test needs microtasks, and turns of the event loop that it yields on purpose with `setImmediate`. */
async function atRest(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve))
  while (process.getActiveResourcesInfo().includes('Immediate'))
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie)
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Event
    if (!before(event, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++
    if (!before(heap[child] as Event, last)) break
    heap[at] = heap[child] as Event
    at = child
  }
  heap[at] = last
}
