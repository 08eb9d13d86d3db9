// Waits for the answer to a token request. A token set that is in an answer exists nowhere else: no deadline of a caller, and
// no timer that comes late, ends the waiting while the answer can still come.

import type { Clock } from '../core/clock.ts'
import { TransportError } from '../core/http.ts'
import { sleptThrough } from '../core/timeouts.ts'

const beatMs = 10_000
const beats = 12

/**
 * Milliseconds for which the answer to a token request is awaited. Gateways in front of providers give up after 60 to 100 s:
 * nothing comes after that.
 */
export const listensForMs: number = beatMs * beats

/**
 * Runs a request whose answer must not be lost: its signal is aborted only after two minutes in which this process could
 * read. Every ten seconds it calls `still`.
 *
 * @throws {TransportError} `timeout` then.
 */
export async function listen<Result>(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  request: (signal: AbortSignal) => Promise<Result>,
  still: () => void,
): Promise<Result> {
  const end = new AbortController()
  const done = new AbortController()
  const silent = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(end.signal.reason), { once: true })
  })
  async function wait(): Promise<void> {
    // A beat during which this process was suspended does not count.
    for (let left = beats; left > 0; still()) if (!(await sleptThrough(clock, beatMs, done.signal))) left--
    end.abort(new TransportError(`no whole answer within ${listensForMs / 1000} s`, true, undefined, 'timeout'))
  }
  wait().catch(() => {})
  try {
    return await Promise.race([silent, request(end.signal)])
  } finally {
    done.abort('done')
  }
}
