// The forms of the pages. Each is answered with a redirect to a page, so that a reload repeats nothing.

import type { Context, Hono } from 'hono'
import type { Connection } from '../connection.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { type Frame, notOurForm } from './layout.ts'
import { disconnectedQuery, webhooksQuery } from './notice.ts'
import type { WebhookSubscription } from './subscriptions.ts'

export type ForOwner = (handle: (c: Context, owner: string) => Promise<Response>) => (c: Context) => Promise<Response>

export interface FormsInit {
  readonly punctual: Pick<Punctual, 'begin' | 'connections' | 'events' | 'webhooks'>
  readonly clients: ReadonlyMap<string, Client>
  readonly frame: Frame
  readonly forOwner: ForOwner
  readonly notFound: () => Promise<Response>
}

export function addForms(app: Hono, { punctual, clients, frame, forOwner, notFound }: FormsInit): void {
  const home = `${frame.base}/`

  const begin = async (c: Context, owner: string) => {
    const form = await c.req.formData().catch(() => null)
    if (!form) return notOurForm(frame)
    const client = clients.get(String(form.get('client')))
    if (!client) return notFound()
    const connection = form.get('connection')
    const { url, headers } = await punctual.begin({
      client: client.id,
      owner,
      returnTo: new URL(`${home}?client=${client.id}`, frame.own),
      ...(typeof connection === 'string' ? { connection } : {}),
    })
    headers.set('location', url.href)
    headers.set('cache-control', 'no-store')
    headers.set('referrer-policy', 'no-referrer')
    return new Response(null, { status: 303, headers })
  }

  const disconnect = async (c: Context, owner: string) => {
    const connection = await connectionOf(c, owner)
    return redirect(c, `${home}?${disconnectedQuery(connection, await connection.disconnect())}`)
  }

  const subscribe = async (c: Context, owner: string) => {
    const connection = await connectionOf(c, owner)
    const { bookings = [] } = clients.get(connection.client)?.provider.webhooks ?? {}
    if (bookings.length === 0) return notFound()
    const result = punctual.webhooks.subscribe(connection, { bookings: true }).then((one) => [one])
    return redirectToOutcome(c, connection, result)
  }

  const unsubscribe = async (c: Context, owner: string) => {
    const connection = await connectionOf(c, owner)
    const scope = (await c.req.formData().catch(() => null))?.get('scope')
    if (typeof scope !== 'string') return notFound()
    return redirectToOutcome(c, connection, punctual.webhooks.unsubscribe(connection, { scope }))
  }

  const replay = async (c: Context, owner: string) => {
    const destination = (await c.req.formData().catch(() => null))?.get('destination')
    const of = { owner, ...(typeof destination === 'string' && { destination }) }
    const outcome = await punctual.events.replay(idOf(c), of).then(() => 'replayed', ifNotDead)
    return redirect(c, `${home}?punctual=webhooks&outcome=${outcome}`)
  }

  function connectionOf(c: Context, owner: string): Promise<Connection> {
    return punctual.connections.get(idOf(c), { owner })
  }

  /** A refusal is an outcome too. A store that is away is not. */
  async function redirectToOutcome(
    c: Context,
    of: Connection,
    work: Promise<WebhookSubscription[]>,
  ): Promise<Response> {
    const result = await work.catch((error: unknown) => {
      if (error instanceof PunctualError && !['store_unavailable', 'connection_not_found'].includes(error.code))
        return error
      throw error
    })
    return redirect(c, `${home}?${webhooksQuery(of.client, result)}`)
  }

  app.post('/connections', forOwner(begin))
  app.post('/connections/:id/disconnect', forOwner(disconnect))
  app.post('/connections/:id/webhooks', forOwner(subscribe))
  app.post('/connections/:id/webhooks/end', forOwner(unsubscribe))
  app.post('/events/:id/replay', forOwner(replay))
}

function idOf(c: Context): string {
  return c.req.param('id') ?? ''
}

function ifNotDead(error: unknown): string {
  if (error instanceof PunctualError && error.code === 'event_not_dead') return 'not_dead'
  if (error instanceof PunctualError && error.code === 'event_not_found') return 'event_gone'
  throw error
}

function redirect(c: Context, location: string): Response {
  c.header('cache-control', 'no-store')
  return c.redirect(location, 303)
}
