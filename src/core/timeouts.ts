// Waiting that does not mistake the process's own absence for the other side's silence. A process that was blocked or
// suspended finds its timers overdue and its sockets full, and Node may serve the timers first: a time that is noticed to
// be over too late leaves what has arrived meanwhile a moment to be read.

import type { Clock } from './clock.ts'

/** Ms that are left for reading after a timer that came late. */
const grace = 1000

/** Resolves when `ms` have passed in which this process could also read. Rejects as `clock.sleep` does. */
export async function elapse(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let wait = ms; await sleptThrough(clock, wait, signal); ) wait = grace
}

/** Sleeps, and tells whether it was for much longer than it should have been: the process was not there. */
export async function sleptThrough(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const began = clock.monotonic()
  await clock.sleep(ms, signal)
  return clock.monotonic() - began > ms + grace
}

/** What `work` comes to, or `null` when it takes longer than `ms`; the work then goes on. */
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
  // Both may fail later, when nobody listens.
  for (const promise of [over, left]) promise.catch(() => {})
  try {
    return await Promise.race([work, over, left])
  } finally {
    // With a reason, since each abort without one makes an exception.
    done.abort('done')
    signal?.removeEventListener('abort', aborted)
  }
}
