// Time and chance. All other parts receive them from outside: a test or a simulation passes in its own.
// docs/decisions/clocks.md says which clock judges what.

import { platform, uptime } from 'node:os'

/** The time and the waiting of this process. */
export interface Clock {
  /** The wall clock, in ms since 1970. It may be wrong, and may be set forward or back at any moment. */
  now(): number
  /**
   * Milliseconds since this machine was started: the same for all of its processes. It never goes back, it cannot be set,
   * and it counts the time for which the machine sleeps. Durations are measured with it.
   */
  monotonic(): number
  /**
   * Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. `isIdle`: it keeps no process alive,
   * where the clock can do that.
   */
  sleep(ms: number, signal?: AbortSignal, options?: { readonly isIdle?: boolean }): Promise<void>
}

/** Returns that many random bytes. */
export type Random = (bytes: number) => Uint8Array

// Ms from the start of this machine to that of `performance.now()`.
const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now()
/** Ms for which this machine has slept, as far as this process has seen it. */
let slept = 0
let wallAhead = Number.NaN

/**
 * Linux stops the clock behind `process.hrtime` while the machine sleeps, but not the one behind its uptime. Reading the
 * uptime is slow, so it is read only when the wall clock has moved against the first. On macOS and Windows the first counts on.
 */
function monotonic(): number {
  const awake = origin + performance.now()
  const ahead = Date.now() - awake
  if (!(Math.abs(ahead - wallAhead) <= 20)) {
    wallAhead = ahead
    if (platform() === 'linux') slept = Math.max(slept, uptime() * 1000 - awake)
  }
  return awake + slept
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  sleep: (ms, signal, { isIdle = false } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(done, ms)
      if (isIdle) timer.unref()
      signal?.addEventListener('abort', aborted, { once: true })
      function done() {
        signal?.removeEventListener('abort', aborted)
        resolve()
      }
      function aborted() {
        clearTimeout(timer)
        reject(signal?.reason)
      }
    }),
}

export const systemRandom: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes))

/** A number in [0, 1) drawn from `random`: for jitter. */
export function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4)
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32
}

/** 256 random bits in base64url: a nonce of a browser, a state, a code verifier (RFC 7636, section 4.1). */
export function randomToken(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** A fresh identifier: the prefix and 128 random bits in base64url. */
export function randomId(random: Random, prefix: string): string {
  return `${prefix}_${Buffer.from(random(16)).toString('base64url')}`
}
