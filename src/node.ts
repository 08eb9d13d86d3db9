// Mounts Punctual where requests are Node's own: node:http, Express, Fastify. Replaces no global, and hands a fault to
// the framework instead of hiding it behind an empty answer.

import type { IncomingMessage, ServerResponse } from 'node:http'

import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server'

import { argumentError } from './core/check.ts'
import type { Punctual } from './punctual.ts'

const nodeRequests = new WeakMap<Request, IncomingMessage>()

/** A listener for node:http, and a middleware where `next` takes the fault. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>

/**
 * Makes a listener of `handler`. Mount it in front of every body parser.
 *
 * @throws {PunctualError} `invalid_argument` for what is not made by `createPunctual`.
 * @example
 * ```ts
 * app.use('/integrations', nodeListener(punctual)) // Express
 * createServer(nodeListener(punctual)).listen(3000) // node:http
 * ```
 */
export function nodeListener(punctual: Pick<Punctual, 'handler'>): NodeListener {
  const { handler } = punctual ?? {}
  if (typeof handler !== 'function')
    throw argumentError('nodeListener', 'punctual must be what createPunctual returns, not its handler')
  return async (incoming, outgoing, next) => {
    const answer = (request: Request, env: unknown): Promise<Response> => {
      nodeRequests.set(request, (env as HttpBindings).incoming)
      return handler(request)
    }
    const errorHandler = (error: unknown): void => {
      // It cannot become a standard request: its Host header is missing, for instance.
      if (error instanceof RequestError) outgoing.writeHead(400).end()
      else if (next) next(error)
      else outgoing.writeHead(500).end()
    }
    await getRequestListener(answer, { overrideGlobalObjects: false, errorHandler })(incoming, outgoing)
  }
}

/** Node's request behind the one that `currentOwner` gets: for what a middleware has put there, such as `user` or `session`. */
export function nodeRequest(request: Request): IncomingMessage | undefined {
  return nodeRequests.get(request)
}
