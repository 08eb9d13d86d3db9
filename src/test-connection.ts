// Tests a connection by the one harmless read that every provider has: whose account it is.

import type { ApiCaller } from './core/calls.ts'
import type { Clock } from './core/clock.ts'
import type { Account } from './core/connection.ts'
import { PunctualError } from './core/errors.ts'
import { outcomeOfCode } from './core/measure.ts'
import { unknownClient } from './core/not-found.ts'
import type { TestResult } from './core/operator.ts'
import type { ApiCall, Client } from './core/provider.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Keeper } from './keeper/keeper.ts'

export interface TestConnectionDependencies {
  readonly clients: ReadonlyMap<string, Client>
  readonly keeper: Pick<Keeper, 'token'>
  readonly clock: Pick<Clock, 'monotonic'>
}

const deadlineMs = 10_000

export function createTestConnection({
  clients,
  keeper,
  clock,
}: TestConnectionDependencies): (row: ConnectionRow, call: ApiCaller['call']) => Promise<TestResult> {
  /** Reads whose account it is, as the provider's definition does when an account is connected. */
  async function identify(row: ConnectionRow, call: ApiCall): Promise<Account> {
    const provider = clients.get(row.client)?.provider
    if (!provider) throw unknownClient(row.client)
    const target = { connection: row.id, grant: row.grant }
    const { open, scopes } = await keeper.token(target, { minimumValidityMs: 0 })
    return provider.identify({ ...open(), expiresInMs: null, scopes, extra: {} }, call)
  }

  return async (row, call) => {
    const began = clock.monotonic()
    let status: number | null = null
    let failure: PunctualError | null = null
    const ask: ApiCall = async (path, headers = {}) => {
      const result = await call(path, { headers, deadlineMs })
      status = result.response.status
      failure = result.failure
      const text = await result.response.text()
      return { status, headers: result.response.headers, json: parse(text) }
    }
    const error = await identify(row, ask).then(
      ({ id }) => (id === row.account.id ? null : anotherAccount()),
      // What the call itself says is better than that it names no account.
      (thrown: unknown) => failure ?? errorOf(thrown),
    )
    const [code, reason] = [error?.code, error?.reason ?? null]
    return Object.freeze<TestResult>({
      ok: error === null,
      outcome: code === undefined ? 'ok' : (outcomeOfCode[code] ?? 'fault'),
      error: error && { code: error.code, reason, message: error.message },
      status: status ?? error?.answer?.status ?? null,
      durationMs: clock.monotonic() - began,
    })
  }
}

function anotherAccount(): PunctualError {
  return new PunctualError(
    'account_mismatch',
    'test: the provider answers for another account than the one that was connected. Connect it again.',
  )
}

function errorOf(thrown: unknown): PunctualError {
  if (thrown instanceof PunctualError) return thrown
  throw thrown
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
