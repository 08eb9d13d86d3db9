// A host application with Fastify: people sign in, connect their Calendly account, and the application calls the API in
// their name.

import type { AddressInfo } from 'node:net'
import fastify, { type FastifyRequest } from 'fastify'
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
  const personOf = (request: FastifyRequest) => sessions.personOf(request.headers.cookie)

  const app = fastify()
  app.register(async (integrations) => {
    // In this scope no body is parsed: Punctual reads the bodies of its own requests.
    integrations.removeAllContentTypeParsers()
    integrations.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const listener = nodeListener(punctual)
    integrations.all('/integrations/*', (request, reply) => {
      reply.hijack()
      return listener(request.raw, reply.raw)
    })
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  app.get<{ Querystring: { error?: string } }>('/', async (request, reply) => {
    const person = personOf(request)
    const { connections } = person ? await punctual.connections.list({ owner: person }) : { connections: [] }
    return reply
      .type('text/html')
      .send(homePage({ person, connections, client: 'calendly', error: request.query.error }))
  })

  app.post<{ Body: { person: string } }>('/login', async (request, reply) =>
    reply.header('set-cookie', sessions.signIn(request.body.person)).redirect('/', 303),
  )

  app.get('/account', async (request, reply) => {
    const person = personOf(request)
    const [connection] = person ? (await punctual.connections.list({ owner: person })).connections : []
    if (!connection) return reply.redirect('/')
    try {
      const answer = await connection.fetch('/users/me')
      return await answer.json()
    } catch (error) {
      // The page offers to connect again.
      if (error instanceof PunctualError && error.code === 'needs_reconnect') return reply.redirect('/')
      throw error
    }
  })

  app.addHook('onClose', () => punctual.stop())
  await punctual.ready()
  punctual.start()
  await app.listen({ port })
  return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() }
}

if (import.meta.main) await run(start)
