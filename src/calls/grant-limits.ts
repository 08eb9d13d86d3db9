// The limits of one grant: the general budget, and a limit for each endpoint that has one of its own. A call takes its
// turn in both.

import type { PunctualError } from '../core/errors.ts'
import type { Provider, RateReading } from '../core/provider.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { createEndpointLimit, type EndpointLimit } from './endpoint-limit.ts'
import { createFairQueue, type FairQueue, type QueueRequest } from './fair-queue.ts'
import { createHeaderBudget, type HeaderBudget } from './header-budget.ts'
import type { MonotonicClock } from './monotonic-clock.ts'

export interface TurnRequest extends QueueRequest {
  readonly grant: string
  readonly provider: Provider
  readonly method: string
  /** Below the API's base, query included. */
  readonly path: string
}

/** The right to send a request, and to send it again if its token was rejected. */
export interface Turn {
  /** Call it right before the request leaves, with the generation of its token. */
  sent(generation: number): void
  /**
   * The response came. Returns the milliseconds to make no call for, if the provider refused one too many; else `null`.
   */
  answered(status: number, headers: Headers): number | null
  /** Call it once, at the end. A request without a response may have been counted, unless it never left. */
  end(isUnsent?: boolean): void
}

export interface GrantLimits {
  turn(request: TurnRequest): Promise<Turn>
  /** Refuses all waiting calls. */
  dismiss(why: PunctualError): void
  isIdle(now: number): boolean
}

/** Milliseconds to make no call for when a refusal does not say how long. */
const defaultBlockMs = { withHeaders: 60_000, withoutHeaders: 5000 }
const dayMs = 86_400_000

export function createGrantLimits(clock: MonotonicClock, provider: Provider): GrantLimits {
  const budget = createHeaderBudget(provider.rate !== null)
  const queue = createFairQueue(clock, budget)
  const endpoints = createEndpointLimits(clock, provider)
  const createTurn = createTurns(clock, provider, budget, queue, endpoints)

  return {
    async turn(request) {
      const began = clock.monotonic()
      const endpoint = endpoints.of(request)
      await endpoint?.queue.enter(request)
      try {
        await queue.enter({ ...request, maxWaitMs: request.maxWaitMs - (clock.monotonic() - began) })
      } catch (error) {
        endpoint?.ended(false)
        throw error
      }
      return createTurn(request, endpoint)
    },
    dismiss(why) {
      endpoints.dismiss(why)
      queue.dismiss(why)
    },
    isIdle: (now) => endpoints.isIdle(now) && queue.isEmpty() && budget.isIdle(now),
  }
}

interface EndpointLimits {
  /** The limit of the request's endpoint; `null` where it has none of its own. */
  of(request: TurnRequest): EndpointLimit | null
  /** The same; created if it is missing, after a refusal has shown that the endpoint has one. */
  ensure(request: TurnRequest): EndpointLimit
  dismiss(why: PunctualError): void
  isIdle(now: number): boolean
}

function createEndpointLimits(clock: MonotonicClock, { rate }: Provider): EndpointLimits {
  const limits = new Map<string, EndpointLimit>()
  const pathOf = ({ path }: TurnRequest) => path.replace(/\?.*$/s, '')

  function of(request: TurnRequest): EndpointLimit | null {
    const { method } = request
    const path = pathOf(request)
    const fact = rate?.special.find((special) => special.method === method && special.path === path)
    return limits.get(`${method} ${path}`) ?? (fact ? add(request, fact.spans) : null)
  }

  function add(request: TurnRequest, spans: Parameters<typeof createEndpointLimit>[1]): EndpointLimit {
    const limit = createEndpointLimit(clock, spans)
    limits.set(`${request.method} ${pathOf(request)}`, limit)
    return limit
  }

  return {
    of,
    ensure: (request) => of(request) ?? add(request, []),
    dismiss(why) {
      for (const { queue } of limits.values()) queue.dismiss(why)
    },
    isIdle(now) {
      for (const [name, limit] of limits) if (limit.isIdle(now)) limits.delete(name)
      return limits.size === 0
    },
  }
}

function createTurns(
  clock: MonotonicClock,
  { rate }: Provider,
  budget: HeaderBudget,
  queue: FairQueue,
  endpoints: EndpointLimits,
): (request: TurnRequest, endpoint: EndpointLimit | null) => Turn {
  /** The newest token that was sent. */
  let newest = 0

  /** Whether a refusal is about this endpoint alone: its limit is another than the general one. */
  function isOfEndpoint(request: TurnRequest, reading: RateReading | null): boolean {
    const limit = budget.limit()
    if (reading && limit !== null) return reading.limit !== limit
    return endpoints.of(request) !== null
  }

  return (request, endpoint) => {
    let sentAt: number | null = null
    let generation = 0
    let isCounted = false
    let isOver = false
    return {
      sent(ofGeneration) {
        if (rate?.perToken && ofGeneration > newest) budget.tokenChanged()
        newest = Math.max(newest, ofGeneration)
        generation = ofGeneration
        sentAt = clock.monotonic()
        isCounted = true
      },
      answered(status, headers) {
        const now = clock.monotonic()
        const left = sentAt ?? now
        sentAt = null
        const reading = rate?.read(headers) ?? null
        if (status !== 429) {
          if (!rate?.perToken || generation === newest) budget.answered(reading, left, now, status >= 400)
          return null
        }
        const waitMs = blockMs(rate, retryAfterMs(status, headers, now))
        if (isOfEndpoint(request, reading)) endpoints.ensure(request).block(now + waitMs)
        else budget.block(now + waitMs)
        return waitMs
      },
      end(isUnsent = false) {
        if (isOver) return
        isOver = true
        if (sentAt !== null && !isUnsent) budget.unanswered()
        budget.ended()
        endpoint?.ended(isCounted && !(isUnsent && sentAt !== null))
        queue.advance()
      },
    }
  }
}

/** At least a second and the block that the provider is known for; at most a day, even if a header says more. */
function blockMs(rate: Provider['rate'], askedMs: number | null): number {
  const ms = askedMs ?? (rate ? defaultBlockMs.withHeaders : defaultBlockMs.withoutHeaders)
  return Math.max(1000, Math.min(ms, dayMs), (rate?.block ?? 0) * 1000)
}
