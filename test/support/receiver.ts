// A receiver of Standard Webhooks: real HTTP on a free port, and the requests that it received.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Resolves once so many requests have arrived. */
  until(count: number): Promise<void>
}

/** `answer` is called with each complete request, and may answer at any time. */
export async function startReceiver(
  t: Pick<TestContext, 'after'>,
  answer: (response: ServerResponse, count: number) => void = (response) => response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push({ path: request.url ?? '', headers: request.headers as Received['headers'], body })
    answer(response, received.length)
    for (const { count, resolve } of waiting) if (received.length >= count) resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?of=punctual`,
    received,
    until: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve })
        if (received.length >= count) resolve()
      }),
  }
}
