// Calls the provider's API for connections: only while a connection has not been disconnected, and until Punctual stops.

import type { Background } from './background.ts'
import { call } from './calls/call.ts'
import { createDeadlines } from './calls/deadlines.ts'
import { createGovernor } from './calls/governor.ts'
import { createRejectedTokens } from './calls/rejected-tokens.ts'
import type { CallInit, CallResult } from './core/calls.ts'
import type { Clock, Random } from './core/clock.ts'
import type { Fetch } from './core/http.ts'
import { connectionNotFound } from './core/not-found.ts'
import type { Client } from './core/provider.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Keeper } from './keeper/keeper.ts'
import type { ConnectionRecords } from './records/connections.ts'

export interface ApiCalls {
  /** Makes one call in the connection's name; `caller` is whose call it is, unless the call names one. */
  call(row: ConnectionRow, caller: unknown, path: string | URL, init?: CallInit): Promise<CallResult>
  /** Rejects when the connection was disconnected, even while its grant lives on for another connection. */
  assertConnected(row: ConnectionRow): Promise<void>
  /** Forgets the limits of grants that are not called any more. */
  forgetLimits(): Promise<void>
  /** Ends the waiting of all calls, and lets none wait any more. */
  close(): void
  /** Lets calls wait again. */
  open(): void
}

export interface ApiCallsDependencies {
  readonly settings: {
    readonly clients: ReadonlyMap<string, Client>
    readonly clock: Clock
    readonly random: Random
    readonly fetch: Fetch
  }
  readonly keeper: Pick<Keeper, 'holds' | 'token'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: Background['follow']
}

/** Few enough to hold up nothing else. */
const mostForgotten = 5000

export function createApiCalls({ settings, keeper, connections, follow }: ApiCallsDependencies): ApiCalls {
  const { clients, clock, random, fetch } = settings
  const governor = createGovernor(clock)
  const [deadlines, rejectedTokens] = [createDeadlines(clock), createRejectedTokens(clock)]
  const dependencies = { keeper, clients, clock, random, fetch, governor, deadlines, rejectedTokens }

  async function assertConnected(row: ConnectionRow): Promise<void> {
    const seen = await connections.get(row.id).catch((error: unknown) => {
      // While the store is away, what the journal holds can still be served.
      if (keeper.holds(row.grant)) return row
      throw error
    })
    if (!seen || seen.status === 'disconnected' || seen.grant !== row.grant) throw connectionNotFound()
  }

  async function made(row: ConnectionRow, caller: unknown, path: string | URL, init?: CallInit): Promise<CallResult> {
    await assertConnected(row)
    return call(dependencies, { grant: row.grant, client: row.client, caller }, path, init)
  }

  return {
    assertConnected,
    call: (row, caller, path, init) => follow(made(row, caller, path, init)),
    forgetLimits: async () => governor.forget(mostForgotten),
    close: governor.close,
    open: governor.open,
  }
}
