// The pages about connections: their table, the page of one, and what its provider answers right now, which is the only page
// here that asks a provider.

import type { Context, Hono } from 'hono'
import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import type { Client } from '../core/provider.ts'
import type { Punctual } from '../punctual.ts'
import { answersPage } from './answers-page.ts'
import { connectionPage } from './connection-page.ts'
import { connectionsPage } from './connections-page.ts'
import { problemPage } from './layout.ts'
import { liveFacts } from './live.ts'
import { noticeOf } from './notice.ts'
import type { Doors, Visit } from './visit.ts'

export interface ConnectionPagesInit {
  readonly punctual: Pick<Punctual, 'connections' | 'operator' | 'webhooks'>
  readonly clients: readonly Client[]
  /** Whose consent is given from these pages; `null`: nobody's. */
  readonly owner: string | null
  readonly doors: Doors
  readonly clock: Clock
}

/** Rows on one page. */
const pageSize = 50
/** Entries of the life of a grant on one page. */
const lifeSize = 20

export function addConnectionPages(app: Hono, init: ConnectionPagesInit): void {
  const { doors, punctual, clients, clock } = init
  const word = (c: Context, name: string) => c.req.query(name) ?? ''
  const shownAt = (c: Context) => ({ clients, now: clock.now(), after: word(c, 'after') })
  const noticeIn = (c: Context, connection: Connection) =>
    noticeOf(new URL(c.req.url).searchParams, clients, [connection])

  app.get(
    '/connections',
    doors.looks(async (c, visit) => {
      const query = {
        text: word(c, 'text').trim(),
        client: word(c, 'client'),
        status: word(c, 'status'),
        error: word(c, 'error'),
        after: word(c, 'after'),
      }
      return connectionsPage(visit, { found: await findConnections(init, query), query, ...shownAt(c) })
    }),
  )
  app.get(
    '/connections/:id',
    doors.looks(async (c, visit) => {
      const connection = await punctual.connections.get(c.req.param('id') ?? '')
      return showConnection(init, visit, { connection, after: word(c, 'after'), notice: noticeIn(c, connection) })
    }),
  )
  app.get(
    '/connections/:id/answers',
    doors.looks(async (c, visit) => {
      const connection = await punctual.connections.get(c.req.param('id') ?? '')
      const client = clients.find(({ id }) => id === connection.client)
      if (!client || connection.status === 'disconnected')
        return problemPage(visit, 404, 'Nothing to ask', 'This connection cannot be used any more.')
      return answersPage(visit, { connection, client, live: await liveFacts(connection, client, clock) }, clock.now())
    }),
  )
}

/** A search and the touched connections of an error have one page, and so no cursor. */
async function findConnections(
  { punctual }: ConnectionPagesInit,
  { text, client, status, error, after }: Readonly<Record<'text' | 'client' | 'status' | 'error' | 'after', string>>,
) {
  return punctual.operator.connections({
    limit: pageSize,
    cursor: after || null,
    ...(text !== '' && { text }),
    ...(client !== '' && { client }),
    ...(error !== '' && { error }),
    // Another word is refused with a sentence.
    ...(status !== '' && { status: status as 'active' }),
  })
}

async function showConnection(
  { punctual, clients, owner, clock }: ConnectionPagesInit,
  visit: Visit,
  { connection, after, notice }: { connection: Connection; after: string; notice: ReturnType<typeof noticeOf> },
): Promise<Response> {
  const [history, limits, subscriptions] = await Promise.all([
    punctual.operator.history(connection.id, { cursor: after || null, limit: lifeSize }),
    punctual.operator.limits(connection.id),
    connection.status === 'disconnected' ? [] : punctual.webhooks.list(connection),
  ])
  return connectionPage(visit, {
    connection,
    client: clients.find(({ id }) => id === connection.client) ?? null,
    history,
    calls: punctual.operator.calls(connection.id),
    limits,
    subscriptions,
    isOwn: connection.owner === owner,
    notice,
    after,
    now: clock.now(),
  })
}
