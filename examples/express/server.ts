// A host application with Express: people sign in, connect their Calendly account, and the application calls the API in
// their name.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Request } from 'express'
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
  const personOf = (req: Request) => sessions.personOf(req.headers.cookie)

  const app = express()
  // In front of every body parser: Punctual reads the bodies of its own requests.
  app.use('/integrations', nodeListener(punctual))
  app.use(express.json(), express.urlencoded())

  app.get('/', async (req, res) => {
    const person = personOf(req)
    const { connections } = person ? await punctual.connections.list({ owner: person }) : { connections: [] }
    res.send(homePage({ person, connections, client: 'calendly', error: req.query.error?.toString() }))
  })

  app.post('/login', (req, res) => {
    res.set('set-cookie', sessions.signIn(String(req.body.person))).redirect(303, '/')
  })

  app.get('/account', async (req, res) => {
    const person = personOf(req)
    const [connection] = person ? (await punctual.connections.list({ owner: person })).connections : []
    if (!connection) return res.redirect('/')
    try {
      const answer = await connection.fetch('/users/me')
      return res.json(await answer.json())
    } catch (error) {
      // The page offers to connect again.
      if (error instanceof PunctualError && error.code === 'needs_reconnect') return res.redirect('/')
      throw error
    }
  })

  await punctual.ready()
  punctual.start()
  const server = app.listen(port)
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
