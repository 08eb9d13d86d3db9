// Calls the provider's API for connections, until Punctual stops.

import type { Background } from './background.ts'
import { createDeadlines } from './calls/deadlines.ts'
import { createGovernor, type Governor } from './calls/governor.ts'
import { measuredCall } from './calls/measured-call.ts'
import { pages } from './calls/pages.ts'
import { createRejectedTokens } from './calls/rejected-tokens.ts'
import type { ApiCaller, CallInit, CallResult, Pages, PagesInit } from './core/calls.ts'
import type { Clock, Random } from './core/clock.ts'
import type { Fetch } from './core/http.ts'
import type { Measure } from './core/measure.ts'
import { unknownClient } from './core/not-found.ts'
import type { NoteError } from './core/noted-error.ts'
import type { Client } from './core/provider.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Keeper } from './keeper/keeper.ts'

export interface ApiCalls {
  /** Makes one call in the connection's name; `caller` is whose call it is, unless the call names one. */
  call(row: ConnectionRow, caller: unknown, path: string | URL, init?: CallInit): Promise<CallResult>
  /** Makes calls in the connection's name. */
  callerOf(row: ConnectionRow): ApiCaller
  /** What this process knows of the calls that a grant has left. */
  budgetOf: Governor['budgetOf']
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
    readonly measure: Measure
    readonly noteError: NoteError
  }
  readonly keeper: Pick<Keeper, 'token'>
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: Background['follow']
}

/** Few enough to hold up nothing else. */
const mostForgotten = 5000

export function createApiCalls({ settings, keeper, follow }: ApiCallsDependencies): ApiCalls {
  const { clients, clock, random, fetch, measure, noteError } = settings
  const governor = createGovernor(clock)
  const [deadlines, rejectedTokens] = [createDeadlines(clock), createRejectedTokens(clock)]
  const make = measuredCall(measure, noteError)
  const dependencies = { keeper, clients, clock, random, fetch, governor, deadlines, rejectedTokens }

  function callAs(row: ConnectionRow, caller: unknown, path: string | URL, init?: CallInit): Promise<CallResult> {
    const target = { connection: row.id, grant: row.grant, client: row.client, caller }
    return follow(make(dependencies, target, path, init))
  }

  return {
    call: callAs,
    callerOf(row) {
      const provider = clients.get(row.client)?.provider ?? null
      const ownCall = (path: string | URL, init?: CallInit) => callAs(row, row, path, init)
      return {
        provider: provider?.name ?? null,
        account: row.account,
        call: ownCall,
        pages<Item>(path: string | URL, init?: PagesInit): Pages<Item> {
          if (!provider) throw unknownClient(row.client)
          return pages(provider, ownCall, path, init)
        },
      }
    },
    budgetOf: governor.budgetOf,
    forgetLimits: async () => governor.forget(mostForgotten),
    close: governor.close,
    open: governor.open,
  }
}
