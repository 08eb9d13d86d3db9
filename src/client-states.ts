// Whether an account can be connected through a client right now, as far as it is known without a request: the store knows
// for all processes which clients are refused, and this process knows how the provider's last token request went.

import { argumentError, shown } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { AttemptEnd, PunctualEvent } from './core/events.ts'
import type { Client, ClientHealth } from './core/provider.ts'

/**
 * `usable`: nothing is known that would keep a person from connecting. `provider_away`: the last token request of this process
 * got no usable answer. `client_refused`: the provider refuses the client's credentials.
 */
export type ClientState = 'usable' | 'provider_away' | 'client_refused'

/** @throws {PunctualError} `invalid_argument` for an unknown client, or `store_unavailable`. */
export type ClientStateOf = (client: string) => Promise<ClientState>

export interface ClientStatesDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly health: () => Promise<Readonly<Record<string, ClientHealth>>>
  readonly observe: (observer: (event: PunctualEvent) => void) => void
}

/** After that long an outage is no longer known: nothing has asked the provider since. */
const knownForMs = 600_000

/** Failures of the provider or of the way to it, and not of one grant, one limit or one request. */
const outages = new Set<AttemptEnd>([
  'network',
  'timeout',
  'server_error',
  'proxy',
  'not_json',
  'redirected',
  'truncated',
])

export function createClientStates({ clients, clock, health, observe }: ClientStatesDependencies): ClientStateOf {
  const awaySince = new Map<string, number>()

  observe((event) => {
    switch (event.type) {
      case 'provider.unavailable':
      case 'attempt.refused':
        if (outages.has(event.reason)) awaySince.set(event.client, clock.monotonic())
        return
      case 'grant.renewed':
      case 'connection.created':
      case 'connection.recovered':
        awaySince.delete(event.client)
    }
  })

  return async (id) => {
    if (!clients.has(id))
      throw argumentError('clientState', `client must be one of ${[...clients.keys()].join(', ')}. It is ${shown(id)}`)
    if ((await health())[id] === 'misconfigured') return 'client_refused'
    const since = awaySince.get(id)
    return since !== undefined && clock.monotonic() - since < knownForMs ? 'provider_away' : 'usable'
  }
}
