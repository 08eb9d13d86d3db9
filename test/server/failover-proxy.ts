// A proxy in front of several replicas, as in production: a request goes to the next replica that can be reached. One that a
// replica has received is never sent to another one: if its answer is lost, the client gets 502.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface FailoverProxy {
  /** The public origin. */
  readonly url: string
  /** How many requests each replica has answered, by its origin. */
  readonly answered: ReadonlyMap<string, number>
  /** Sets the origins of the replicas. */
  passTo(replicas: readonly string[]): void
}

/** Listens on any free port, and ends with the test. */
export async function startFailoverProxy(t: Pick<TestContext, 'after'>): Promise<FailoverProxy> {
  const answered = new Map<string, number>()
  let replicas: readonly string[] = []
  let turn = 0

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const first = turn++
    const body = await incoming.toArray()
    for (const [index] of replicas.entries()) {
      const replica = replicas[(first + index) % replicas.length] ?? ''
      const outcome = await send(replica, incoming, Buffer.concat(body), outgoing)
      if (outcome === 'answered') answered.set(replica, (answered.get(replica) ?? 0) + 1)
      if (outcome !== 'unreachable') return
    }
    outgoing.writeHead(503).end()
  }

  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing))
  server.listen(0, 'localhost')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    answered,
    passTo(origins) {
      replicas = origins
    },
  }
}

function send(
  replica: string,
  { url = '/', method, headers }: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<'answered' | 'unreachable' | 'lost'> {
  return new Promise((resolve) => {
    const onwards = request(
      new URL(replica + url),
      { method, headers: { ...headers, connection: 'close' } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(outgoing)
        answer.on('error', () => outgoing.destroy())
        outgoing.on('close', () => resolve('answered'))
      },
    )
    onwards.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || (error as { errors?: unknown }).errors) return resolve('unreachable')
      if (!outgoing.headersSent) outgoing.writeHead(502).end()
      resolve('lost')
    })
    onwards.end(body)
  })
}
