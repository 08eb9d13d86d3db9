// The socket: listens, and closes without leaving a connection behind.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { Handler } from './handler.ts'
import { SandboxOptionError } from './world/problem.ts'

/** A server that listens. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

/** Listens; rejects with one sentence if the address cannot be used. */
export function listen(handler: Handler, port: number, hostname: string): Promise<Listening> {
  const fetch = (request: Request, env: unknown): Promise<Response> => handler(request, env as HttpBindings)
  // The global Request and Response belong to the process that the sandbox is a guest in.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const sentence = `The sandbox cannot listen on ${hostname}:${port}: choose another "port", or 0 for any free one.`
      reject(new SandboxOptionError(sentence, { cause }))
    })
    server.listen(port, hostname, () => {
      const reachable = hostname === '0.0.0.0' ? '127.0.0.1' : hostname === '::' ? '::1' : hostname
      const host = reachable.includes(':') ? `[${reachable}]` : reachable
      const url = `http://${host}:${(server.address() as AddressInfo).port}`
      resolve({ url, close: () => closeServer(server) })
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
