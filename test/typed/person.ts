// Connected people with every scope, for typed calls, and the requests that the provider received.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ErrorCode } from '../../src/core/errors.ts'
import { type Connection, PunctualError } from '../../src/index.ts'
import { type CalcomApi, calcomApi } from '../../src/providers/calcom/index.ts'
import { type CalendlyApi, calendlyApi } from '../../src/providers/calendly/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type Host, startQuietHost } from '../support/host.ts'

export interface Person<Typed> {
  readonly host: Host
  readonly connection: Connection
  readonly typed: Typed
  /** The provider's time that many milliseconds from now. */
  at(ms: number): Date
  /** Sets switches of the sandbox, which stand for unknown behaviour of the provider. */
  set(switches: Record<string, unknown>): Promise<void>
  /** The requests to the provider since the last call of this function, such as `GET /users/me`. */
  asked(): string[]
}

export const hour = 3_600_000
export const day: number = 24 * hour

/** Ada at Calendly: an owner, with three event types. */
export async function calendlyPerson(t: Pick<TestContext, 'after'>, account = 'ada'): Promise<Person<CalendlyApi>> {
  return person(t, 'calendly', account, calendlyScopes, calendlyApi)
}

/** Ada at Cal.com. */
export async function calcomPerson(t: Pick<TestContext, 'after'>, account = 'ada'): Promise<Person<CalcomApi>> {
  return person(t, 'calcom', account, calcomScopes, calcomApi)
}

async function person<Typed>(
  t: Pick<TestContext, 'after'>,
  client: string,
  account: string,
  scopes: readonly string[],
  typedOf: (connection: Connection) => Typed,
): Promise<Person<Typed>> {
  const host = await startQuietHost(t)
  const connection = await host.connect(client, { account, scopes: [...scopes] })
  let seen = host.sandbox.requests().length
  return {
    host,
    connection,
    typed: typedOf(connection),
    async set(switches) {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(switches) }
      const response = await host.sandbox.handler(new Request(`${host.sandbox.url}/control/switches`, init))
      assert.equal(response.status, 200)
    },
    at: (ms) => new Date(host.sandbox.clock.now() + ms),
    asked() {
      const all = host.sandbox.requests()
      const since = all.slice(seen)
      seen = all.length
      return since.map(({ method, path }) => `${method} ${path.replace(/^\/calendly\/api|^\/calcom\/api/, '')}`)
    },
  }
}

/** All items of a list. */
export async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}

/** Fails unless `call` rejects or throws with that error. */
export async function refused(
  call: () => PromiseLike<unknown> | AsyncIterable<unknown>,
  code: ErrorCode,
  { reason, message }: { readonly reason?: string; readonly message?: RegExp } = {},
): Promise<PunctualError> {
  const error = await failureOf(call)
  assert.ok(error instanceof PunctualError, String(error ?? 'it did not fail'))
  assert.equal(error.code, code, error.message)
  if (reason !== undefined) assert.equal(error.reason, reason, error.message)
  if (message) assert.match(error.message, message)
  return error
}

async function failureOf(call: () => PromiseLike<unknown> | AsyncIterable<unknown>): Promise<unknown> {
  try {
    const result = call()
    if (Symbol.asyncIterator in result) await all(result)
    else await result
    return null
  } catch (error) {
    return error
  }
}
