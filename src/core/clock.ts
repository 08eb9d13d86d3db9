// Time and chance, which everything else receives from outside: a test or a simulation hands in its own.

/** The time and the waiting of this process. `now()` is in milliseconds since 1970. */
export interface Clock {
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Answers that many random bytes. */
export type Random = (bytes: number) => Uint8Array

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(done, ms)
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

/** A fresh identifier: the prefix and 128 random bits in base64url. */
export function randomId(random: Random, prefix: string): string {
  return `${prefix}_${Buffer.from(random(16)).toString('base64url')}`
}
