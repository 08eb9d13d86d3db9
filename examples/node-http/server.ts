// A host application with nothing but node:http: people sign in, connect their Calendly account, and the application
// calls the API in their name.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createPunctual, PunctualError } from 'punctual'
import { nodeListener } from 'punctual/node'
import { homePage } from '../your-app/page.ts'
import { type Configuration, type Running, run } from '../your-app/run.ts'
import { createSessions } from '../your-app/sessions.ts'

export async function start({ port, ...options }: Configuration): Promise<Running> {
  const sessions = createSessions()
  const punctual = createPunctual({
    ...options,
    currentOwner: (request) => sessions.personOf(request.headers.get('cookie')),
  })
  const integrations = nodeListener(punctual)

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
    if (pathname.startsWith('/integrations/')) return integrations(req, res)

    const person = sessions.personOf(req.headers.cookie)
    const { connections } = person ? await punctual.connections.list({ owner: person }) : { connections: [] }
    if (pathname === '/') {
      const page = homePage({ person, connections, client: 'calendly', error: searchParams.get('error') })
      return res.writeHead(200, { 'content-type': 'text/html' }).end(page)
    }
    if (pathname === '/login' && req.method === 'POST') {
      const form = new URLSearchParams(await text(req))
      return res.writeHead(303, { location: '/', 'set-cookie': sessions.signIn(form.get('person') ?? '') }).end()
    }
    if (pathname === '/account' && connections[0]) {
      const me = await connections[0].fetch('/users/me')
      return res.writeHead(200, { 'content-type': 'application/json' }).end(await me.text())
    }
    return res.writeHead(303, { location: '/' }).end()
  }

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      // The page offers to connect again.
      if (error instanceof PunctualError && error.code === 'needs_reconnect')
        res.writeHead(303, { location: '/' }).end()
      else res.writeHead(500).end()
    })
  })

  await punctual.ready()
  punctual.start()
  server.listen(port)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await new Promise((resolve) => server.close(resolve))
      await punctual.stop()
    },
  }
}

if (import.meta.main) await run(start)
