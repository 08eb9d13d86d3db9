// The connection that a verb works on, and how its calls are made.

import type { ApiCaller } from '../core/calls.ts'
import type { Clock } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import type { Can, Capability } from '../core/scheduling/capabilities.ts'
import type { Booking, EventType } from '../core/scheduling/model.ts'
import type { ProviderScheduling } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ListPositions } from '../records/list-positions.ts'
import { assertCan, can } from './can.ts'
import type { Learnt, Purpose } from './learnt.ts'
import { withOptions } from './options.ts'

export interface Target {
  /** The connection's id. */
  readonly connection: string
  readonly provider: Pick<Provider, 'name' | 'title'>
  readonly scheduling: ProviderScheduling
  /** Makes calls without a verb's options. */
  readonly api: ApiCaller
  readonly positions: ListPositions
  /** Milliseconds since 1970. */
  now(): number
  can(what: Capability, on?: EventType | Booking): Can
  /** @throws {PunctualError} `not_supported` or `insufficient_scope` for what cannot be done. */
  assertCan(place: string, what: Capability, on?: EventType | Booking): void
  /** Does work that calls the API with these options, and learns from what comes of it. */
  call<Result>(
    purpose: Purpose,
    options: VerbOptions | undefined,
    work: (api: ApiCaller) => Promise<Result>,
  ): Promise<Result>
}

/** A provider that Punctual can book at. */
export type BookableProvider = Pick<Provider, 'name' | 'title'> & { readonly scheduling: ProviderScheduling }

export interface TargetDependencies {
  readonly learnt: Learnt
  readonly positions: ListPositions
  readonly clock: Pick<Clock, 'now'>
}

export function createTarget(
  { id, scopes }: Pick<ConnectionRow, 'id' | 'scopes'>,
  provider: BookableProvider,
  api: ApiCaller,
  { learnt, positions, clock }: TargetDependencies,
): Target {
  const { scheduling } = provider
  const connection = { id, scopes, provider, scheduling, clock }
  return {
    connection: id,
    provider,
    scheduling,
    api,
    positions,
    now: () => clock.now(),
    can: (what, on) => can(connection, learnt, what, on),
    assertCan: (place, what, on) => assertCan(connection, learnt, place, what, on),
    call: (purpose, options, work) => learnt.from(id, purpose, () => work(withOptions(api, options))),
  }
}
