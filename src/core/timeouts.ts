// Timeouts that do not mistake the suspension of this process for the silence of the other side. A process that was
// blocked or suspended finds its timers overdue and its sockets full, and Node may serve the timers first. So a timeout
// that is noticed too late leaves a moment for reading what has arrived meanwhile.

import type { Clock } from './clock.ts'

/** Milliseconds that are left for reading after a timer that came late. */
const graceMs = 1000

/** Resolves when `ms` have passed in which this process could also read. Rejects as `clock.sleep` does. */
export async function elapse(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let wait = ms; await sleptThrough(clock, wait, signal); ) wait = graceMs
}

/** Sleeps, and returns whether that took much longer than it should have: the process was blocked or suspended. */
export async function sleptThrough(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const began = clock.monotonic()
  await clock.sleep(ms, signal)
  return clock.monotonic() - began > ms + graceMs
}

/** Resolves with the result of `work`, or with `null` when it takes longer than `ms`. The work then continues. */
export async function within<Result>(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ms: number,
  work: Promise<Result>,
  signal?: AbortSignal,
): Promise<Result | null> {
  const done = new AbortController()
  const { promise: left, reject: leave } = Promise.withResolvers<never>()
  const aborted = () => leave(signal?.reason)
  if (signal?.aborted) aborted()
  else signal?.addEventListener('abort', aborted, { once: true })
  const over = elapse(clock, Math.max(0, ms), done.signal).then(() => null)
  // Both may reject later, when nothing awaits them.
  for (const promise of [over, left]) promise.catch(() => {})
  try {
    return await Promise.race([work, over, left])
  } finally {
    // With a reason, since each abort without one makes an exception.
    done.abort('done')
    signal?.removeEventListener('abort', aborted)
  }
}
