// Spaces the calls of each grant within the provider's limits, and shares them fairly among its callers. It knows nothing
// but what the provider's answers have told this process, so several replicas settle without a shared counter.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Provider, RateReading } from '../core/provider.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { createFairQueue, type Wish } from './fair-queue.ts'
import { createHeaderBudget } from './header-budget.ts'
import type { MonotonicClock } from './monotonic-clock.ts'
import { createSlidingWindow } from './sliding-window.ts'

export interface TurnRequest extends Wish {
  readonly grant: string
  readonly provider: Provider
  readonly method: string
  /** Below the API's base, query included. */
  readonly path: string
}

/** The right to send a request, and once more where the first was refused for its token. */
export interface Turn {
  /** Said right before the request leaves, with the generation of its token. */
  sent(generation: number): void
  /** Its answer came. Returns the milliseconds to stay away for, if it says that there were too many. */
  answered(status: number, headers: Headers): number | null
  /** Said once, in the end. A request without an answer may have been counted, unless it never left. */
  end(unsent?: boolean): void
}

export interface Governor {
  /** @throws {PunctualError} `rate_limited` when no turn can come in time; the signal's reason when it is aborted. */
  turn(request: TurnRequest): Promise<Turn>
  /** Sends away all who wait, and whoever would have to, until `open`. */
  close(): void
  open(): void
  /** Grants that are remembered. */
  size(): number
}

/** Milliseconds to stay away when a refusal does not say how long: of a provider that tells its limits, and of another. */
const untold = { governed: 60_000, free: 5000 }
const dayMs = 86_400_000

export function createGovernor({ monotonic, sleep }: Pick<Clock, 'monotonic' | 'sleep'>): Governor {
  // Limits are spans of time: a wall clock that is set must not hold up calls.
  const clock: MonotonicClock = { now: monotonic, sleep }
  /** The longest unused first. */
  const grants = new Map<string, GrantLimits>()
  let closed = false

  function limitsOf({ grant, provider }: TurnRequest): GrantLimits {
    const known = grants.get(grant)
    if (known) grants.delete(grant)
    else forgetTwo()
    const limits = known ?? createGrantLimits(clock, provider)
    grants.set(grant, limits)
    return limits
  }

  /** Every newcomer looks at the two that were unused longest, so that what is remembered shrinks as fast as it grows. */
  function forgetTwo(): void {
    for (const [id, limits] of [...take(grants, 2)]) {
      grants.delete(id)
      if (!limits.isIdle(clock.now())) grants.set(id, limits)
    }
  }

  return {
    async turn(request) {
      if (!closed) return limitsOf(request).turn(request)
      return limitsOf(request)
        .turn({ ...request, patience: 0 })
        .catch((error: unknown) => {
          throw error instanceof PunctualError ? stopping() : error
        })
    },
    close() {
      closed = true
      for (const limits of grants.values()) limits.dismiss(stopping())
    },
    open() {
      closed = false
    },
    size: () => grants.size,
  }
}

function stopping(): PunctualError {
  const message = 'Punctual is stopping, and the call was still waiting for its turn. It was not sent.'
  return new PunctualError('rate_limited', message, { reason: 'stopping', retryable: true, retryAfterMs: 1000 })
}

interface GrantLimits {
  turn(request: TurnRequest): Promise<Turn>
  dismiss(why: PunctualError): void
  isIdle(now: number): boolean
}

function createGrantLimits(clock: MonotonicClock, provider: Provider): GrantLimits {
  const { rate } = provider
  const budget = createHeaderBudget(rate !== null)
  const general = createFairQueue(clock, budget)
  const special = new Map<string, ReturnType<typeof createSpecial>>()
  let generation = 0

  /** The limit of its own that this call has, if any. */
  function specialOf({ method, path }: TurnRequest, make = false): ReturnType<typeof createSpecial> | null {
    const place = path.replace(/\?.*$/s, '')
    const name = `${method} ${place}`
    const fact = rate?.special.find((one) => one.method === method && one.path === place)
    if (!special.has(name) && (fact || make)) special.set(name, createSpecial(clock, fact?.spans ?? []))
    return special.get(name) ?? null
  }

  /** Whether a refusal is about this kind of call alone: its limit is another than the general one. */
  function isSpecial(request: TurnRequest, reading: RateReading | null): boolean {
    const limit = budget.limit()
    if (reading && limit !== null) return reading.limit !== limit
    return specialOf(request) !== null
  }

  function turnOf(request: TurnRequest, own: ReturnType<typeof createSpecial> | null): Turn {
    let sentAt: number | null = null
    let token = 0
    let counted = false
    let over = false
    return {
      sent(ofGeneration) {
        if (rate?.perToken && ofGeneration > generation) budget.renew()
        generation = Math.max(generation, ofGeneration)
        token = ofGeneration
        sentAt = clock.now()
        counted = true
      },
      answered(status, headers) {
        const now = clock.now()
        const went = sentAt ?? now
        sentAt = null
        const reading = rate?.read(headers) ?? null
        if (status !== 429) {
          if (!rate?.perToken || token === generation) budget.answered(reading, went, now, status >= 400)
          return null
        }
        const told = retryAfterMs(status, headers, now) ?? (rate ? untold.governed : untold.free)
        const waitMs = Math.max(1000, Math.min(told, dayMs), (rate?.block ?? 0) * 1000)
        if (isSpecial(request, reading)) specialOf(request, true)?.block(now + waitMs)
        else budget.block(now + waitMs)
        return waitMs
      },
      end(unsent = false) {
        if (over) return
        over = true
        if (sentAt !== null && !unsent) budget.lost()
        budget.done()
        own?.done(counted && !(unsent && sentAt !== null))
        general.move()
      },
    }
  }

  return {
    async turn(request) {
      const began = clock.now()
      const own = specialOf(request)
      await own?.line.enter(request)
      try {
        await general.enter({ ...request, patience: request.patience - (clock.now() - began) })
      } catch (error) {
        own?.done(false)
        throw error
      }
      return turnOf(request, own)
    },
    dismiss(why) {
      for (const { line } of special.values()) line.dismiss(why)
      general.dismiss(why)
    },
    isIdle(now) {
      for (const [name, one] of special) if (one.isIdle(now)) special.delete(name)
      return special.size === 0 && general.isEmpty() && budget.isIdle(now)
    },
  }
}

function createSpecial(clock: MonotonicClock, spans: readonly { readonly calls: number; readonly seconds: number }[]) {
  const tally = createSlidingWindow(spans)
  const line = createFairQueue(clock, tally)
  return {
    line,
    done(counted: boolean): void {
      tally.done(clock.now(), counted)
      line.move()
    },
    block(until: number): void {
      tally.block(until)
      line.move()
    },
    isIdle: (now: number): boolean => line.isEmpty() && tally.isIdle(now),
  }
}

function* take<Item>(items: Iterable<Item>, count: number): Iterable<Item> {
  let left = count
  for (const item of items) {
    if (left-- <= 0) return
    yield item
  }
}
