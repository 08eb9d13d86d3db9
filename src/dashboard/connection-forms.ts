// What can be done with a connection. Each form is answered with a redirect to a page, so that a reload repeats nothing, and
// each action is written to the audit.

import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import type { Audit } from './audit.ts'
import { disconnectPage } from './disconnect-page.ts'
import { formIn } from './form.ts'
import { drawHead, notOurForm, page, problemPage } from './layout.ts'
import { accountOf } from './names.ts'
import { actionQuery, disconnectedQuery, webhooksQuery } from './notice.ts'
import type { WebhookSubscription } from './subscriptions.ts'
import type { Doors, Visit } from './visit.ts'

export interface ConnectionFormsInit {
  readonly punctual: Pick<Punctual, 'begin' | 'connections' | 'webhooks'>
  readonly clients: ReadonlyMap<string, Client>
  readonly doors: Doors
  readonly audit: Audit
  /** The owner of what is connected from these pages; `null`: nothing is. */
  readonly owner: string | null
  readonly reconnectLink: (connection: Connection) => string | URL | Promise<string | URL>
  readonly clock: Clock
}

export function addConnectionForms(app: Hono, init: ConnectionFormsInit): void {
  const { punctual, clients, doors, audit, clock } = init
  const connectionIn = (c: Context) => punctual.connections.get(c.req.param('id') ?? '')
  const clientOf = ({ client }: Connection) => clients.get(client) ?? null

  const about = (handle: (c: Context, visit: Visit, connection: Connection) => Promise<Response>) =>
    doors.acts(async (c, visit) => handle(c, visit, await connectionIn(c)))

  const test = about(async (c, visit, connection) => {
    const wordOf = ({ error }: Awaited<ReturnType<Connection['test']>>) => error?.code ?? 'ok'
    const { outcome } = await audit.of(visit, ['test', connection.id], () => connection.test(), wordOf)
    return redirect(c, `${pathOf(visit, connection)}?${actionQuery(connection.client, `test_${outcome}`)}`)
  })

  const refresh = about(async (c, visit, connection) => {
    const wordOf = ({ outcome }: Awaited<ReturnType<Connection['refresh']>>) => outcome
    const { outcome } = await audit.of(visit, ['refresh', connection.id], () => connection.refresh(), wordOf)
    return redirect(c, `${pathOf(visit, connection)}?${actionQuery(connection.client, `refresh_${outcome}`)}`)
  })

  const link = about(async (_, visit, connection) => {
    const made = await audit.of(visit, ['reconnect_link', connection.id], async () => init.reconnectLink(connection))
    return linkPage(visit, connection, clientOf(connection), String(made))
  })

  const askToDisconnect = about(async (_, visit, connection) => {
    if (connection.status === 'disconnected')
      return problemPage(visit, 404, 'This connection is gone', 'It was disconnected before.')
    const subscriptions = await punctual.webhooks.list(connection)
    return disconnectPage(visit, { connection, client: clientOf(connection), subscriptions })
  })

  const disconnect = about(async (c, visit, connection) => {
    const result = await audit.of(visit, ['disconnect', connection.id], () => connection.disconnect())
    return redirect(c, `${pathOf(visit, connection)}?${disconnectedQuery(connection, result)}`)
  })

  const subscribe = about(async (c, visit, connection) => {
    const { bookings = [] } = clientOf(connection)?.provider.webhooks ?? {}
    if (bookings.length === 0) return problemPage(visit, 404, 'Not found', 'This provider reports no bookings.')
    const work = async () => [await punctual.webhooks.subscribe(connection, { bookings: true })]
    return redirectToOutcome(c, visit, connection, audit.of(visit, ['subscribe', connection.id], work))
  })

  const unsubscribe = about(async (c, visit, connection) => {
    const scope = (await formIn(c, clock))?.get('scope')
    if (typeof scope !== 'string') return notOurForm(visit)
    const work = () => punctual.webhooks.unsubscribe(connection, { scope })
    return redirectToOutcome(c, visit, connection, audit.of(visit, ['unsubscribe', connection.id], work))
  })

  app.post('/connections', doors.acts(begin(init)))
  app.post('/connections/:id/test', test)
  app.post('/connections/:id/refresh', refresh)
  app.post('/connections/:id/link', link)
  app.get('/connections/:id/disconnect', askToDisconnect)
  app.post('/connections/:id/disconnect', disconnect)
  app.post('/connections/:id/webhooks', subscribe)
  app.post('/connections/:id/webhooks/end', unsubscribe)
}

/** Sends the person to the provider, to connect an account of their own or to consent again. */
function begin({ punctual, clients, audit, owner, clock }: ConnectionFormsInit) {
  return async (c: Context, visit: Visit): Promise<Response> => {
    const form = await formIn(c, clock)
    if (!form) return notOurForm(visit)
    const client = clients.get(String(form.get('client')))
    if (!client) return problemPage(visit, 404, 'Not found', 'This client is not configured.')
    const id = form.get('connection')
    const connection = typeof id === 'string' ? await punctual.connections.get(id) : null
    if (owner === null || (connection && connection.owner !== owner))
      return problemPage(
        visit,
        403,
        'Not from here',
        'Only the owner of an account can give consent. Make a link for the owner.',
      )
    const query = new URLSearchParams({ client: client.id, ...(connection && { of: connection.id }) })
    const returnTo = new URL(`${visit.base}/back?${query}`, visit.own)
    const reconnects = connection ? { connection: connection.id } : {}
    const what = connection ? (['reconnect', connection.id] as const) : (['connect', client.id] as const)
    const { url, headers } = await audit.of(visit, what, () =>
      punctual.begin({ client: client.id, owner, returnTo, ...reconnects }),
    )
    headers.set('location', url.href)
    headers.set('cache-control', 'no-store')
    headers.set('referrer-policy', 'no-referrer')
    return new Response(null, { status: 303, headers })
  }
}

function linkPage(visit: Visit, connection: Connection, client: Client | null, link: string): Promise<Response> {
  const name = accountOf(connection, client)
  const content = html`<div class="column">
${drawHead('Reconnect link', { back: { href: pathOf(visit, connection), text: name } })}
<div class="card pad sheet">
<p>Send this address to <strong>${connection.owner}</strong>, the owner of ${name}, and to nobody else. Who opens it gives consent in the owner’s name.</p>
<label>Address <input readonly value="${link}"></label>
<p class="quiet">The account stays the same, and so does the id of the connection.</p>
</div>
</div>`
  return page(visit, 200, `Reconnect link for ${name}`, content)
}

/** A refusal is an outcome too. A store that is away is not. */
async function redirectToOutcome(
  c: Context,
  visit: Visit,
  of: Connection,
  work: Promise<WebhookSubscription[]>,
): Promise<Response> {
  const result = await work.catch((error: unknown) => {
    if (error instanceof PunctualError && !['store_unavailable', 'connection_not_found'].includes(error.code))
      return error
    throw error
  })
  return redirect(c, `${pathOf(visit, of)}?${webhooksQuery(of.client, result)}`)
}

function pathOf({ base }: Visit, { id }: Connection): string {
  return `${base}/connections/${id}`
}

export function redirect(c: Context, location: string): Response {
  c.header('cache-control', 'no-store')
  return c.redirect(location, 303)
}
