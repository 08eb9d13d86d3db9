// The HTTP API: takes each request to its operation, through the gate and the check of its parts, and writes the answer.

import { Hono } from 'hono'
import { systemClock } from '../../core/clock.ts'
import type { RequestFacts } from '../operation/request-facts.ts'
import type { DocumentOptions, OpenApiDocument } from './document/document.ts'
import { type ApiOptions, usualRequestsPerMinute } from './options.ts'
import { createProxy, proxyPattern } from './proxy/proxy.ts'
import { createOperationDeadline } from './request/deadline.ts'
import { assertWellFormed } from './request/encoding.ts'
import { createGate } from './request/gate.ts'
import type { ApiHost } from './request/host.ts'
import { parseInput } from './request/input.ts'
import { connectionOf, type Operation } from './request/operation.ts'
import { ApiError, type ProblemContext, problemResponse, usualDocuments } from './request/problem.ts'
import { createRateLimit } from './request/rate-limit.ts'
import { textResponse } from './request/text-response.ts'
import { placesOf } from './request/wording.ts'
import { operations } from './routes/all.ts'

export interface ApiDependencies extends ApiOptions {
  readonly punctual: ApiHost
  /** Called with a fault for which a client gets only a 500. */
  readonly onFault: (error: unknown) => void
}

/** Answers a request, and notes in its facts which route it took, about what and for whom. */
export type Api = (request: Request, facts: RequestFacts) => Promise<Response>

export function createApi(dependencies: ApiDependencies): Api {
  const {
    punctual,
    clients,
    onFault,
    tokens = true,
    requestsPerMinute = usualRequestsPerMinute,
    clock = systemClock,
  } = dependencies
  const documents = String(dependencies.documents ?? usualDocuments)
  const limits = { clock, timeoutMs: dependencies.bodyTimeoutMs ?? 30_000 }
  const limit = createRateLimit(clock, requestsPerMinute)
  const gate = createGate({ apiKeys: punctual.apiKeys, limit, tokens })
  const offered = operations.filter(({ scope }) => tokens || scope !== 'tokens:read')
  const { baseUrl } = dependencies
  const describe = lazyDocument(offered, { clients, documents, ...(baseUrl !== undefined && { baseUrl }) })
  const inTime = createOperationDeadline(clock, dependencies.operationTimeoutMs ?? 55_000)
  const contextOf = (facts: RequestFacts): ProblemContext => ({ facts, documents, onFault })

  async function answer(operation: Operation, params: Record<string, string>, request: Request, facts: RequestFacts) {
    const headers = new Headers()
    facts.route = operation.path
    if (operation.path.startsWith('/v1/connections/{id}')) noteConnection(facts, params.id)
    try {
      const apiKey = await gate(request, operation.scope, headers)
      facts.apiKey = apiKey.id
      const input = await parseInput(operation, { request, params }, limits)
      const result = await inTime(operation, request, (signal) => operation.handle(input, { punctual, apiKey, signal }))
      headers.set('content-type', 'application/json')
      return textResponse(JSON.stringify(result), { status: operation.answer.status, headers })
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: clientGone })
      const { about } = operation
      const told = { keyed: operation.headers !== undefined, about, places: placesOf(operation) }
      return problemResponse(error, { ...contextOf(facts), ...told }, headers)
    }
  }

  const proxy = createProxy({
    clock,
    bodyTimeoutMs: limits.timeoutMs,
    deadlineMs: dependencies.callTimeoutMs ?? 30_000,
  })
  async function passOn(id: string, request: Request, facts: RequestFacts): Promise<Response> {
    const headers = new Headers()
    facts.route = proxyPattern
    noteConnection(facts, id)
    try {
      const apiKey = await gate(request, 'calls', headers)
      facts.apiKey = apiKey.id
      // What is behind the id is the provider's: the proxy judges it.
      assertWellFormed('/v1/connections/{id}', request.url.split('?')[0] ?? '')
      const connection = () => connectionOf({ punctual, apiKey }, id)
      const response = await proxy({ request, connection, caller: apiKey.id })
      for (const [name, value] of headers) response.headers.set(name, value)
      return response
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: clientGone })
      return problemResponse(error, contextOf(facts), headers)
    }
  }

  const app = new Hono<{ Bindings: RequestFacts }>()
  for (const operation of operations) {
    app.on(operation.method.toUpperCase(), operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) =>
      answer(operation, c.req.param(), c.req.raw, c.env),
    )
  }
  // With a path in the base address, a relative one would depend on whether the request ends with a slash.
  app.get('/', (c) => c.redirect(`${String(baseUrl ?? '').replace(/\/+$/, '')}/docs`))
  app.get('/openapi.json', async () => jsonResponse((await describe()).json))
  app.get('/docs', async () => (await import('./document/page.ts')).docsPage((await describe()).document))
  app.get('/docs.css', async () => cssResponse((await import('./document/stylesheet.ts')).stylesheet))
  for (const [path, methods] of methodsByPath(app.routes)) {
    app.all(path, (c) => problemResponse(notAllowed(methods), contextOf(c.env)))
  }
  for (const path of ['/v1/connections/:id/proxy', '/v1/connections/:id/proxy/*'])
    app.all(path, (c) => passOn(c.req.param('id') ?? '', c.req.raw, c.env))
  app.notFound((c) => problemResponse(noRoute(c.req.path), contextOf(c.env)))
  app.onError((error, c) => problemResponse(error, contextOf(c.env)))
  return async (request, facts) => app.fetch(request, facts)
}

/** For the log, where nobody is left to read an answer; nginx has brought this number into use. */
const clientGone = 499

/** What is in the address may be anything. */
function noteConnection(facts: RequestFacts, id: string | undefined): void {
  if (id !== undefined && /^[\w-]{1,100}$/.test(id)) facts.connection = id
}

interface Described {
  readonly document: OpenApiDocument
  readonly json: string
}

/** The document, and its text; made when somebody first asks for it, and with it its library is loaded. */
function lazyDocument(offered: readonly Operation[], options: DocumentOptions): () => Promise<Described> {
  let made: Promise<Described> | null = null
  async function make(): Promise<Described> {
    const { documentOf } = await import('./document/document.ts')
    const document = documentOf(offered, options)
    return { document, json: JSON.stringify(document) }
  }
  return () => {
    made ??= make()
    return made
  }
}

function jsonResponse(json: string): Response {
  return new Response(json, { headers: { 'content-type': 'application/json' } })
}

function cssResponse(css: string): Response {
  return new Response(css, { headers: { 'content-type': 'text/css; charset=utf-8' } })
}

function methodsByPath(routes: readonly { readonly path: string; readonly method: string }[]): Map<string, string[]> {
  const found = Map.groupBy(routes, ({ path }) => path)
  return new Map(
    [...found].map(([path, all]) => [
      path,
      all.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    ]),
  )
}

function notAllowed(methods: readonly string[]): ApiError {
  const allow = methods.join(', ')
  return new ApiError('method_not_allowed', `This address takes ${allow}.`, { headers: { allow } })
}

function noRoute(path: string): ApiError {
  const hint = /https?:/.test(path) ? ' An id that is an address is percent-encoded in a path.' : ''
  return new ApiError('route_not_found', `There is nothing at this address. /docs lists what there is.${hint}`)
}
