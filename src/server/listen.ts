// Listens on a port and closes it again. Closing abandons no request: it accepts no new connections, lets requests finish, and
// ends idle connections.

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Checks, checkOptions, func, optional, text, whole } from '../core/check.ts'
import { systemClock } from '../core/clock.ts'
import { textOf } from './api/request/text-response.ts'
import { answerTo, hasDotSegment, isOneHost, refuseBytes, refuseRequest } from './malformed.ts'

export interface ListenOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** 0: any free port. */
  readonly port: number
  /** The address to listen on. Default `localhost`: 127.0.0.1 and, where there is one, ::1 on the same port. */
  readonly hostname?: string
}

export interface Listening {
  /** No slash at the end. */
  readonly url: string
  readonly port: number
  /** Resolves when the last request has been answered; after `graceMs` (default 5000) the remaining connections are closed. */
  close(graceMs?: number): Promise<void>
}

/**
 * How long a connection may be idle. Longer than a proxy keeps its own (nginx: 60 s), which could otherwise send a request on
 * a connection that is being closed here.
 */
const idleMs = 75_000

const checks: Checks<ListenOptions> = {
  fetch: func('of the request, such as that of createServer'),
  port: whole(0, 65_535),
  hostname: optional(text),
}

/**
 * Listens. Rejects with the system's error, such as `EADDRINUSE`.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  checkOptions('listen', options, checks)
  const { fetch, port, hostname = 'localhost' } = options
  const answer = async (request: Request, outgoing: ServerResponse) => sentAtOnce(await fetch(request), outgoing)
  const listener = getRequestListener((request, env) => answer(request, env.outgoing as ServerResponse), {
    overrideGlobalObjects: false,
    errorHandler: (error) => (error instanceof RequestError ? refuseRequest() : new Response(null, { status: 500 })),
  })
  const first = await open(listener, port, hostname === 'localhost' ? '127.0.0.1' : hostname)
  const usedPort = (first.address() as AddressInfo).port
  const servers = [first]
  if (hostname === 'localhost') {
    // Browsers try ::1 first. They would take another program there for this one.
    try {
      servers.push(await open(listener, usedPort, '::1'))
    } catch (error) {
      if (!/EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL/.test(String((error as NodeJS.ErrnoException).code))) {
        await close(first, 0)
        throw error
      }
    }
  }
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    url: `http://${host}:${usedPort}`,
    port: usedPort,
    async close(graceMs = 5000) {
      await Promise.all(servers.map((server) => close(server, graceMs)))
    },
  }
}

/** Sends a response whose text is known, and returns what says so; any other response is returned as it is. */
function sentAtOnce(response: Response, outgoing: ServerResponse): Response {
  const text = textOf(response)
  const { status, headers } = response
  // Cookies would become one header here.
  if (text === null || headers.has('set-cookie') || outgoing.destroyed) return response
  outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': Buffer.byteLength(text) })
  outgoing.end(text)
  return RESPONSE_ALREADY_SENT
}

const dotSegment = 'The address has a dot segment in it. Send the address that you mean.'
const notOneHost = 'The request must have one Host header. Send one.'
/** Requests that one connection may send before the first is answered: each of them is in memory. */
const mostAtOnce = 100

function open(listener: ReturnType<typeof getRequestListener>, port: number, host: string): Promise<Server> {
  const underWay = new WeakMap<Socket, number>()
  // Without a Host header Node would answer itself, and not with a problem document.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    const { socket } = incoming
    const count = (underWay.get(socket) ?? 0) + 1
    underWay.set(socket, count)
    if (count > mostAtOnce) return void socket.destroy()
    // Otherwise a kept-alive connection whose last request ends after `close` would keep the server open.
    outgoing.on('close', () => {
      underWay.set(socket, (underWay.get(socket) ?? 0) - 1)
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
    if (hasDotSegment(incoming.url ?? '')) void answerTo(incoming, outgoing, dotSegment)
    else if (!isOneHost(incoming)) void answerTo(incoming, outgoing, notOneHost)
    else void listener(incoming, outgoing)
  })
  server.keepAliveTimeout = idleMs
  server.on('clientError', refuseBytes)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const closed = new AbortController()
    server.close(() => {
      closed.abort()
      resolve()
    })
    systemClock.sleep(graceMs, closed.signal).then(
      () => server.closeAllConnections(),
      () => {},
    )
    server.closeIdleConnections()
  })
}
