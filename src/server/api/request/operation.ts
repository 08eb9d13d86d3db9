// One operation of the API, as data beside its handler. From it come the check of a request, the types of the handler, and
// its entry in the document.

import type { Connection } from '../../../connection.ts'
import type { ApiScope } from '../../../core/api-scopes.ts'
import type { ProblemCode, Subject } from './codes.ts'
import type { ApiHost, ApiKey } from './host.ts'
import type { z } from './zod.ts'

export type Tag = 'Connecting' | 'Connections' | 'Scheduling' | 'Webhooks' | 'Events' | 'Owners'

/** A request that has passed the gate. */
export interface Call {
  readonly punctual: ApiHost
  readonly apiKey: ApiKey
  /** Aborted when the client goes away, or the request takes too long. */
  readonly signal: AbortSignal
}

/** The parts of a request, checked. */
interface Input<Params, Query, Headers, Body> {
  readonly params: Given<Params>
  readonly query: Given<Query>
  readonly headers: Given<Headers>
  readonly body: Given<Body>
}

/** A request leaves a member out, or gives it: none is `undefined`. */
type Given<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> }

interface Definition<Params, Query, Headers, Body, Answer> {
  /** The name of the operation in generated clients. */
  readonly id: string
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** With `{name}` for each parameter. */
  readonly path: `/v1/${string}`
  readonly tag: Tag
  readonly scope: ApiScope
  readonly summary: string
  readonly description?: string
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly headers?: z.ZodType<Headers>
  readonly body?: { readonly schema: z.ZodType<Body>; readonly example: unknown }
  readonly answer: {
    readonly status: 200 | 201 | 202
    readonly description: string
    readonly schema: z.ZodType<Answer>
    readonly example: NoInfer<Answer>
  }
  /** What it is about, if it finds none under the id of the request: 404 then. */
  readonly about?: Subject
  /** Where the request has an argument of the library's function that is called otherwise there. */
  readonly arguments?: Readonly<Record<string, string>>
  /** The codes that it may fail with, beside those that every operation has. */
  readonly errors: readonly ProblemCode[]
  handle(input: Input<Params, Query, Headers, Body>, call: Call): Promise<NoInfer<Answer>>
}

export type Operation = Definition<unknown, unknown, unknown, unknown, unknown>

/** Checks the types of an operation. */
export function operation<Params, Query, Headers, Body, Answer>(
  definition: Definition<Params, Query, Headers, Body, Answer>,
): Operation {
  return Object.freeze(definition) as Operation
}

/** The options of a verb that reads: it ends with its request, and shares the limits of the provider with other API keys. */
export function readingOptions({ apiKey, signal }: Pick<Call, 'apiKey' | 'signal'>): {
  readonly caller: string
  readonly signal: AbortSignal
} {
  return { caller: apiKey.id, signal }
}

/**
 * Returns the connection that a request names. For an API key that is bound to an owner, one of another owner is not found.
 *
 * @throws {PunctualError} `connection_not_found`
 */
export function connectionOf({ punctual, apiKey }: Pick<Call, 'punctual' | 'apiKey'>, id: string): Promise<Connection> {
  return apiKey.owner === null ? punctual.connections.get(id) : punctual.connections.get(id, { owner: apiKey.owner })
}
