// The reverse proxy in front of an application in production: it has the public address, and forwards every request.

import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface ReverseProxy {
  /** The public origin. */
  readonly url: string
  /** Sets the port of the application. */
  passTo(port: number): void
}

/** Listens on any free port, and ends with the test. */
export async function startReverseProxy(t: Pick<TestContext, 'after'>): Promise<ReverseProxy> {
  let port = 0
  const server = createServer((incoming, outgoing) => {
    const { url: path, method } = incoming
    const headers = { ...incoming.headers, connection: 'close' }
    const onwards = request({ host: 'localhost', port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onwards.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(onwards)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    passTo(target) {
      port = target
    },
  }
}
