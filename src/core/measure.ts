// What the parts measure of their work: for `punctual.operator`, which counts it, and for the host application's metrics and
// traces.

import type { ErrorCode } from './errors.ts'
import type { AttemptEnd, DeliveredType } from './events.ts'

/**
 * How a call of a provider's API ended. `ok`: with a response that is not a failure. `unknown`: whether the provider did
 * what was requested is not known. `aborted`: its caller gave it up. `invalid`: it was refused before anything was sent.
 */
export type CallOutcome =
  | 'ok'
  | 'refused'
  | 'limited'
  | 'unavailable'
  | 'unknown'
  | 'needs_reconnect'
  | 'insufficient_scope'
  | 'misconfigured'
  | 'disconnected'
  | 'store_unavailable'
  | 'invalid'
  | 'aborted'
  | 'fault'

/**
 * How one try at refreshing a grant ended. `current`: another process has refreshed it. `refused`: the grant is over.
 * `unknown`: it is over after an earlier answer was lost. `unavailable`: the provider gave no usable answer. `postponed`:
 * nothing was sent, because the grant cools down or another process has its lease. `disconnected`: its last connection has
 * ended.
 */
export type RefreshOutcome =
  | 'renewed'
  | 'current'
  | 'refused'
  | 'unknown'
  | 'unavailable'
  | 'misconfigured'
  | 'postponed'
  | 'disconnected'
  | 'store_unavailable'
  | 'fault'

/**
 * What became of a provider's delivery. `repeated`: it had been accepted before. `unwanted`: it was genuine, and its
 * subscription or connection has ended. `unavailable`: the provider is asked to send it again later.
 */
export type WebhookOutcome = 'accepted' | 'repeated' | 'refused' | 'unwanted' | 'unavailable'

/** What became of one dispatch of an event. `interrupted`: this process was stopping. `dead`: it was the last one. */
export type DispatchOutcome = 'acknowledged' | 'failed' | 'interrupted' | 'dead'

/** How an attempt to connect an account ended. `reconnected`: the owner had this connection before. */
export type ConnectOutcome = 'connected' | 'reconnected' | 'refused'

/** One piece of work that has ended. It holds no secret. Durations are in milliseconds of a clock that is never set back. */
export type Measurement =
  | {
      readonly kind: 'call'
      readonly client: string
      readonly connection: string
      readonly method: string
      readonly outcome: CallOutcome
      /** The status of the provider's response; `null` if there was none. */
      readonly status: number | null
      /** Until the response was there. The body of a long response is still arriving then. */
      readonly durationMs: number
      /** Of these, how long it waited for its turn within the provider's limits. */
      readonly waitMs: number
    }
  | {
      readonly kind: 'refresh'
      readonly client: string
      readonly grant: string
      readonly outcome: RefreshOutcome
      readonly durationMs: number
    }
  | {
      readonly kind: 'webhook'
      readonly client: string
      readonly outcome: WebhookOutcome
      readonly durationMs: number
    }
  | {
      readonly kind: 'dispatch'
      readonly client: string
      readonly type: DeliveredType
      /** The name of its destination in `deliverTo`; '' if that is not a list. */
      readonly destination: string
      /** The id by which the host application knows the event. */
      readonly event: string
      readonly outcome: DispatchOutcome
      /** Which dispatch of the event it was: the first is 1. */
      readonly attempt: number
      /** Why the event was not acknowledged, in our own words; `null` if it was. */
      readonly error: string | null
      readonly durationMs: number
      /** The age of the event when its dispatch began. */
      readonly waitMs: number
    }
  | {
      readonly kind: 'connect'
      readonly client: string
      readonly outcome: ConnectOutcome
      /** Why it was refused; otherwise `null`. */
      readonly reason: AttemptEnd | null
    }

/** Receives the measurements of this process, each once and as its work ends. */
export type Measure = (measurement: Measurement) => void

/** Returns the same function; what it throws, or rejects with, goes to `failed` once. It stops nothing. */
export function guardedMeasure(measure: Measure, failed: (error: unknown) => void): Measure {
  let hasFailed = false
  function report(error: unknown): void {
    if (hasFailed) return
    hasFailed = true
    failed(error)
  }
  return (measurement) => {
    try {
      // It may be async: then its fault comes later.
      const measured: unknown = measure(measurement)
      if (measured instanceof Promise) measured.catch(report)
    } catch (error) {
      report(error)
    }
  }
}

/** The outcome of a call, and of a refresh, that ended with an error of that code. */
export const outcomeOfCode: Readonly<Partial<Record<ErrorCode, CallOutcome>>> = Object.freeze({
  provider_refused: 'refused',
  rate_limited: 'limited',
  provider_unavailable: 'unavailable',
  needs_reconnect: 'needs_reconnect',
  insufficient_scope: 'insufficient_scope',
  client_misconfigured: 'misconfigured',
  connection_not_found: 'disconnected',
  store_unavailable: 'store_unavailable',
  invalid_argument: 'invalid',
} as const)
