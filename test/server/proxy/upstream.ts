// A provider's API that a test scripts: real HTTP on a free port. Calls of paths that begin with `/upstream` go there, all
// others to the sandbox.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Connection, PunctualOptions } from '../../../src/index.ts'
import { type Service, type ServiceOptions, startService } from '../service.ts'

export interface Upstream {
  /** The requests that have arrived, without their bodies. */
  readonly requests: IncomingMessage[]
  /** Answers each request. */
  answer: (request: IncomingMessage, response: ServerResponse) => void
}

export interface Proxied extends Service {
  readonly upstream: Upstream
  /** The address of a path of the provider's API through the proxy. */
  at(path: string): string
  readonly connection: Pick<Connection, 'id'>
  /** A key with the scope `calls`. */
  readonly caller: string
  /** Sends bytes, and returns what comes back until the server closes the connection. */
  send(...parts: readonly string[]): Promise<string>
  /** Opens a connection of its own. */
  open(): Socket
}

export async function startProxied(t: TestContext, options: ServiceOptions = {}): Promise<Proxied> {
  const upstream: Upstream = { requests: [], answer: (_, response) => response.end('{}') }
  const server = createServer((request, response) => {
    upstream.requests.push(request)
    upstream.answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const fetchThere: PunctualOptions['fetch'] = (input, init) => {
    const [, path] = /\/upstream(\/.*)$/.exec(String(input)) ?? []
    return fetch(path === undefined ? input : origin + path, init)
  }
  const service = await startService(t, { ...options, punctual: { fetch: fetchThere, ...options.punctual } })
  const id = await service.connect('calendly')
  const caller = await service.key(['calls'])
  const { hostname, port } = new URL(service.url)
  const open = () => {
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
    t.after(() => socket.destroy())
    return socket
  }
  return Object.assign(service, {
    upstream,
    connection: { id },
    caller,
    at: (path: string) => `${service.url}/v1/connections/${id}/proxy${path}`,
    open,
    async send(...parts: readonly string[]) {
      const socket = open()
      let text = ''
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      for (const part of parts) socket.write(part)
      await once(socket, 'close')
      return text
    },
  })
}

/** A head of HTTP/1.1 with these lines, for a connection that the server must close. */
export function head(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers })
  return `${line} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}
