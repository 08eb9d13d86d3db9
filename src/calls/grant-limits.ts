// The limits of one grant: the general budget, and a limit for each endpoint that has one of its own. A call takes its
// turn in both.

import type { Clock } from '../core/clock.ts'
import type { PunctualError } from '../core/errors.ts'
import type { Provider, RateReading } from '../core/provider.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import {
  blockEndpoint,
  type EndpointLimit,
  endpointEndsAt,
  enterEndpoint,
  leaveEndpoint,
  newEndpointLimit,
} from './endpoint-limit.ts'
import type { QueueRequest } from './fair-queue.ts'
import {
  block,
  budgetEndsAt,
  countAnswered,
  countUnanswered,
  type HeaderBudget,
  limitOf,
  newBudget,
} from './header-budget.ts'
import { advance, enter, isFree, type QueuedLimit } from './queued-limit.ts'

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

/** A plain record, since one is kept for every grant that was lately called. */
export interface GrantLimits extends HeaderBudget, QueuedLimit {
  /** The newest token that was sent. */
  newest: number
  /** By method and path. */
  endpoints: Map<string, EndpointLimit> | null
}

/** Milliseconds to make no call for when a refusal does not say how long. */
const defaultBlockMs = { withHeaders: 60_000, withoutHeaders: 5000 }
const dayMs = 86_400_000

export function newGrantLimits({ rate }: Provider): GrantLimits {
  return { ...newBudget(rate !== null), queue: null, newest: 0, endpoints: null }
}

/** Returns the turn of a call that may start at once, or the promise of a turn. */
export function takeTurn(clock: Clock, limits: GrantLimits, request: TurnRequest): Turn | Promise<Turn> {
  const endpoint = endpointOf(limits, request)
  const endpointWait = endpoint && enterEndpoint(clock, endpoint, request)
  const generalWait = endpointWait ? null : enter(clock, limits, limitOf(limits), request)
  if (!endpointWait && !generalWait) return createTurn(clock, limits, request, endpoint)
  const began = clock.monotonic()
  return waited()

  async function waited(): Promise<Turn> {
    await endpointWait
    try {
      const maxWaitMs = request.maxWaitMs - (clock.monotonic() - began)
      await (generalWait ?? enter(clock, limits, limitOf(limits), { ...request, maxWaitMs }))
    } catch (error) {
      if (endpoint) leaveEndpoint(clock, endpoint, false)
      throw error
    }
    return createTurn(clock, limits, request, endpoint)
  }
}

/** Refuses all waiting calls. */
export function dismiss(limits: GrantLimits, why: PunctualError): void {
  for (const { queue } of limits.endpoints?.values() ?? []) queue?.dismiss(why)
  limits.queue?.dismiss(why)
}

/** Forgets what has ended. Returns when all of it will have; `Infinity` while a call waits or is in flight. */
export function forgetEnded(limits: GrantLimits, now: number): number {
  let endsAt = isFree(limits) ? budgetEndsAt(limits) : Number.POSITIVE_INFINITY
  for (const [name, endpoint] of limits.endpoints ?? []) {
    const endpointEnd = endpointEndsAt(endpoint)
    if (endpointEnd <= now) limits.endpoints?.delete(name)
    else endsAt = Math.max(endsAt, endpointEnd)
  }
  return endsAt
}

/** The limit of the request's endpoint; `null` where it has none of its own. */
function endpointOf(limits: GrantLimits, request: TurnRequest): EndpointLimit | null {
  const { method, path, provider } = request
  const special = provider.rate?.special.filter((one) => one.method === method) ?? []
  if (special.length === 0 && !limits.endpoints) return null
  const below = withoutQuery(path)
  const fact = special.find((one) => one.path === below)
  return limits.endpoints?.get(`${method} ${below}`) ?? (fact ? addEndpoint(limits, request, fact.spans) : null)
}

function addEndpoint(
  limits: GrantLimits,
  { method, path }: TurnRequest,
  spans: Parameters<typeof newEndpointLimit>[0],
): EndpointLimit {
  const endpoint = newEndpointLimit(spans)
  limits.endpoints ??= new Map()
  limits.endpoints.set(`${method} ${withoutQuery(path)}`, endpoint)
  return endpoint
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/s, '')
}

function createTurn(clock: Clock, limits: GrantLimits, request: TurnRequest, endpoint: EndpointLimit | null): Turn {
  const { rate } = request.provider
  let sentAt: number | null = null
  let generation = 0
  let isCounted = false
  let isOver = false
  return {
    sent(ofGeneration) {
      // Another token has a budget of its own.
      if (rate?.perToken && ofGeneration > limits.newest) limits.isKnown = false
      limits.newest = Math.max(limits.newest, ofGeneration)
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
        if (!rate?.perToken || generation === limits.newest) countAnswered(limits, reading, left, now, status >= 400)
        return null
      }
      const waitMs = blockMs(rate, retryAfterMs(status, headers, clock.now()))
      if (isOfEndpoint(limits, request, reading))
        blockEndpoint(endpointOf(limits, request) ?? addEndpoint(limits, request, []), now + waitMs)
      else block(limits, now + waitMs)
      return waitMs
    },
    end(isUnsent = false) {
      if (isOver) return
      isOver = true
      if (sentAt !== null && !isUnsent) countUnanswered(limits)
      limits.inFlight--
      if (endpoint) leaveEndpoint(clock, endpoint, isCounted && !(isUnsent && sentAt !== null))
      advance(limits)
    },
  }
}

/** Whether a refusal is about this endpoint alone: its limit is another than the general one. */
function isOfEndpoint(limits: GrantLimits, request: TurnRequest, reading: RateReading | null): boolean {
  if (reading && limits.limit !== null) return reading.limit !== limits.limit
  return endpointOf(limits, request) !== null
}

/** At least a second and the block that the provider is known for; at most a day, even if a header says more. */
function blockMs(rate: Provider['rate'], askedMs: number | null): number {
  const ms = askedMs ?? (rate ? defaultBlockMs.withHeaders : defaultBlockMs.withoutHeaders)
  return Math.max(1000, Math.min(ms, dayMs), (rate?.block ?? 0) * 1000)
}
