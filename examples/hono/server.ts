// A host application with Hono: people sign in, connect their Calendly account, and the application calls the API in
// their name.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createPunctual, PunctualError } from 'punctual'
import { homePage } from '../your-app/page.ts'
import { type Configuration, type Running, run } from '../your-app/run.ts'
import { createSessions } from '../your-app/sessions.ts'

/** Which client people connect through, and what `/account` asks the provider for. */
interface Shown {
  readonly client: string
  readonly path: string
}

const calendly: Shown = { client: 'calendly', path: '/users/me' }

export async function start({ port, ...options }: Configuration, { client, path }: Shown = calendly): Promise<Running> {
  const sessions = createSessions()
  const punctual = createPunctual({
    ...options,
    currentOwner: (request) => sessions.personOf(request.headers.get('cookie')),
  })
  const personOf = (c: Context) => sessions.personOf(c.req.header('cookie'))

  const app = new Hono()
  app.all('/integrations/*', (c) => punctual.handler(c.req.raw))

  app.get('/', async (c) => {
    const person = personOf(c)
    const { connections } = person ? await punctual.connections.list({ owner: person }) : { connections: [] }
    return c.html(homePage({ person, connections, client, error: c.req.query('error') }))
  })

  app.post('/login', async (c) => {
    const { person } = await c.req.parseBody()
    c.header('set-cookie', sessions.signIn(String(person)))
    return c.redirect('/', 303)
  })

  app.get('/account', async (c) => {
    const person = personOf(c)
    const [connection] = person ? (await punctual.connections.list({ owner: person })).connections : []
    if (!connection) return c.redirect('/')
    try {
      const answer = await connection.fetch(path)
      return c.json(await answer.json())
    } catch (error) {
      // The page offers to connect again.
      if (error instanceof PunctualError && error.code === 'needs_reconnect') return c.redirect('/')
      throw error
    }
  })

  await punctual.ready()
  punctual.start()
  const server = serve({ fetch: app.fetch, port })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await new Promise((resolve) => server.close(resolve))
      await punctual.stop()
    },
  }
}

if (import.meta.main) await run((configuration) => start(configuration))
