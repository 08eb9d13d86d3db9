// A port, from opening to closing. Closing abandons no request: it stops accepting, lets what is under way finish,
// and ends connections that only wait for more.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from '../core/clock.ts'

export interface ListenOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** 0: any free one. */
  readonly port: number
  /** The address to listen on. Default `localhost`: 127.0.0.1 and, where there is one, ::1 on the same port. */
  readonly hostname?: string
}

export interface Listening {
  /** No slash at the end. */
  readonly url: string
  readonly port: number
  /** Resolves when the last request has been answered; after `grace` ms (default 5000) what is left is cut off. */
  close(grace?: number): Promise<void>
}

/** Listens. Rejects with the system's error, such as `EADDRINUSE`. */
export async function listen({ fetch, port, hostname = 'localhost' }: ListenOptions): Promise<Listening> {
  const listener = getRequestListener((request) => fetch(request), { overrideGlobalObjects: false })
  const first = await open(listener, port, hostname === 'localhost' ? '127.0.0.1' : hostname)
  const taken = (first.address() as AddressInfo).port
  const servers = [first]
  if (hostname === 'localhost') {
    // Browsers try ::1 first. Another program there would be taken for this one.
    try {
      servers.push(await open(listener, taken, '::1'))
    } catch (error) {
      if (!/EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL/.test(String((error as NodeJS.ErrnoException).code))) {
        await close(first, 0)
        throw error
      }
    }
  }
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    url: `http://${host}:${taken}`,
    port: taken,
    async close(grace = 5000) {
      await Promise.all(servers.map((server) => close(server, grace)))
    },
  }
}

function open(listener: ReturnType<typeof getRequestListener>, port: number, host: string): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    // A kept-alive connection whose last request ends after `close` would otherwise hold the server open.
    outgoing.on('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
    void listener(incoming, outgoing)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function close(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const closed = new AbortController()
    server.close(() => {
      closed.abort()
      resolve()
    })
    systemClock.sleep(grace, closed.signal).then(
      () => server.closeAllConnections(),
      () => {},
    )
    server.closeIdleConnections()
  })
}
