// The service on a real port, in front of a host application with its sandbox. Every answer that a test gets through it has
// passed the schema that the document gives for it.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Punctual, PunctualOptions } from '../../src/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { codesOf, problem } from '../../src/server/api/document/entry.ts'
import type { ProblemCode } from '../../src/server/api/request/codes.ts'
import type { Operation } from '../../src/server/api/request/operation.ts'
import type { Problem } from '../../src/server/api/request/problem.ts'
import { operations } from '../../src/server/api/routes/all.ts'
import { type ApiOptions, createServer, listen, type Operation as Operating } from '../../src/server/index.ts'
import { type ConnectPage, startConnectPage } from '../support/connect-page.ts'
import { type Host, sandboxClients } from '../support/host.ts'

type ApiScope = Operation['scope']

/** Parsed JSON, as a test reads it: the answers have passed the schema of the document. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads the members that it expects, and fails without them.
export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON. */
  readonly body: Json
}

export interface Call {
  /** An API key. Default: one with the scope `admin`. `null`: none. */
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Desk {
  readonly url: string
  /** What `onFault` was called with. */
  readonly faults: unknown[]
  /** Makes an API key. */
  key(scopes: readonly ApiScope[], owner?: string): Promise<string>
  /** Makes a request, and checks its answer against the document. */
  ask(method: string, path: string, call?: Call): Promise<Answer>
  /** Makes a request that must fail with that code. */
  refused(code: ProblemCode, method: string, path: string, call?: Call): Promise<Problem>
}

export interface Service extends Desk {
  readonly host: Host
  /** The page of connect sessions, and the Punctual behind the service. */
  readonly page: ConnectPage
  /** Connects Eve's account, with every scope, and returns the id of the connection. */
  connect(client: 'calendly' | 'calcom', owner?: string): Promise<string>
}

export interface ServiceOptions {
  readonly api?: Partial<ApiOptions>
  readonly punctual?: Partial<PunctualOptions>
  readonly operation?: Operating
}

const scopesOf = { calendly: calendlyScopes, calcom: calcomScopes }

interface Served {
  readonly api: ApiOptions
  readonly operation?: Operating
}

/** Serves the API of that Punctual on a real port. */
export async function serve(t: Pick<TestContext, 'after'>, punctual: Punctual, served: Served): Promise<Desk> {
  const faults: unknown[] = []
  const { fetch: answer } = createServer({ punctual, ...served, onFault: (error) => faults.push(error) })
  const server = await listen({ port: 0, fetch: (request) => answer(request) })
  t.after(() => server.close())

  const key: Desk['key'] = async (scopes, owner) =>
    (await punctual.apiKeys.create({ name: 'test', scopes, ...(owner !== undefined && { owner }) })).key
  const admin = await key(['admin'])

  const desk: Desk = {
    url: server.url,
    faults,
    key,
    async ask(method, path, { key = admin, body, headers } = {}) {
      const response = await fetch(server.url + path, {
        method,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return checked(method, path, response)
    },
    async refused(code, method, path, call) {
      const { status, body } = await desk.ask(method, path, call)
      assert.equal(body.code, code, `${status} ${JSON.stringify(body)}`)
      return body as Problem
    },
  }
  return desk
}

/** The same in front of a host application whose page of connect sessions a person visits. */
export async function startService(t: TestContext, options: ServiceOptions = {}): Promise<Service> {
  const page = await startConnectPage(t, options.punctual)
  const { host, punctual } = page
  const { operation } = options
  const api = { clients: sandboxClients(host.sandbox), ...options.api }
  const desk = await serve(t, punctual, { api, ...(operation && { operation }) })
  return {
    ...desk,
    host,
    page,
    async connect(client, owner = 'ada') {
      const request = { owner, returnTo: '/done', clients: [client], scopes: [...scopesOf[client]] }
      const { id } = (await desk.ask('POST', '/v1/connect-sessions', { body: request })).body
      await page.travel(id, client, { account: 'eve' })
      return (await desk.ask('POST', `/v1/connect-sessions/${id}/complete`, { body: { owner } })).body.id
    },
  }
}

/** What a program calls or passes in, which nobody has over HTTP. */
const ofTheLibrary =
  /"(begin|clients|keys|scopes|connection|returnTo)"|options\.|a Date|`position`|(calendly|calcom)Api|connectSessions|^\w+(\.\w+)?: /

/** Fails unless the answer is one that the document announces, in each of its members. */
async function checked(method: string, path: string, response: Response): Promise<Answer> {
  const { status, headers } = response
  const body: unknown = await response.json()
  const operation = operationOf(method, path)
  assert.match(headers.get('x-request-id') ?? '', /^[\w-]+$/)
  assert.equal(headers.get('cache-control'), 'no-store')
  if (status >= 400) {
    assert.equal(headers.get('content-type'), 'application/problem+json')
    const told = problem.parse(body)
    assert.deepEqual(told, body)
    assert.equal(told.status, status)
    assert.equal(told.requestId, headers.get('x-request-id'))
    assert.doesNotMatch(told.detail, ofTheLibrary)
    for (const { path, sentence } of told.errors ?? []) assert.doesNotMatch(`${path} ${sentence}`, ofTheLibrary)
    if (operation) assert.ok(codesOf(operation).includes(told.code), `${operation.id} announces no ${told.code}`)
    return { status, headers, body }
  }
  assert.ok(operation, `${method} ${path} has no operation`)
  assert.equal(status, operation.answer.status)
  assert.match(headers.get('content-type') ?? '', /^application\/json/)
  assert.deepEqual(operation.answer.schema.parse(body), body)
  return { status, headers, body }
}

export function operationOf(method: string, path: string): Operation | undefined {
  const [place = ''] = path.split('?')
  return operations.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(place),
  )
}
