// A host application with a booking page of its own design. An owner connects an account; visitors pick a service and a
// time, book, move and cancel. It works with every provider that has scheduling, and does not ask which one it has.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createPunctual } from 'punctual'
import { type Configuration, type Running, run } from '../your-app/run.ts'
import { createSessions } from '../your-app/sessions.ts'
import { createBookingLinks } from './booking-links.ts'
import { addBookingPages } from './booking-pages.ts'
import { addChangePages } from './change-pages.ts'
import { clientsOrSandbox } from './clients.ts'
import { addMovePages } from './move-pages.ts'
import { addOwnerPages } from './owner-pages.ts'
import { problemPage } from './page.ts'
import { problemOf } from './problem.ts'
import { createSalons } from './salon.ts'
import { stylesheet } from './stylesheet.ts'

export async function start({ port, ...options }: Configuration): Promise<Running> {
  const sessions = createSessions()
  const punctual = createPunctual({
    ...options,
    currentOwner: (request) => sessions.personOf(request.headers.get('cookie')),
  })
  const salons = createSalons(punctual.connections)
  const links = createBookingLinks()

  const app = new Hono()
  app.all('/integrations/*', (c) => punctual.handler(c.req.raw))
  app.get('/style.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.use(async (c, next) => {
    await next()
    // The address of a booking is a secret, and its page is about one person.
    c.header('referrer-policy', 'same-origin')
    c.header('cache-control', 'no-store')
  })
  addOwnerPages(app, { sessions, salons, clients: options.clients })
  addBookingPages(app, { salons, links })
  addChangePages(app, { salons, links })
  addMovePages(app, { salons, links })
  app.notFound((c) => c.html(problemPage('Not found', 'There is no page at this address.'), 404))
  app.onError((error, c) => {
    const { title, sentence, status } = problemOf(error)
    return c.html(problemPage(title, sentence), status)
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

if (import.meta.main) await run(start, clientsOrSandbox)
