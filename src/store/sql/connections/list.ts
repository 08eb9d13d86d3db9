// Which connections a list shows. Each status has its place in an index, in the order of creation, so that a page costs
// the same wherever it is and however many connections there are.

import type { Expression, SelectQueryBuilder } from 'kysely'
import type { ConnectionStatus } from '../../../core/connection.ts'
import type { ConnectionFilter } from '../../../core/store/connections.ts'
import type { Flag } from '../engine/column-types.ts'
import type { Database } from '../engine/engine.ts'
import { firstOfEach } from '../engine/first-of-each.ts'
import type { Tables } from '../engine/tables.ts'

interface Place {
  readonly disconnected: Flag
  readonly needs_reconnect: Flag
}

const active: Place = { disconnected: 0, needs_reconnect: 0 }
const needsReconnect: Place = { disconnected: 0, needs_reconnect: 1 }

/** The places of each status; `standing`: all that are not disconnected. */
export const places: Readonly<Record<ConnectionStatus | 'standing', readonly [Place, ...Place[]]>> = {
  active: [active],
  needs_reconnect: [needsReconnect],
  standing: [active, needsReconnect],
  // What its grant was when it was disconnected says nothing.
  disconnected: [
    { disconnected: 1, needs_reconnect: 0 },
    { disconnected: 1, needs_reconnect: 1 },
  ],
}

/** The rows of a query for connections that are of that client and status. */
export function isOf<Row>(
  query: SelectQueryBuilder<Tables, 'connections', Row>,
  { client, status }: Pick<ConnectionFilter, 'client' | 'status'>,
): typeof query {
  return query
    .$if(client !== undefined, (rows) => rows.where('connections.client', '=', client as string))
    .$if(status !== undefined, (rows) =>
      rows.where(({ and, eb, or }) =>
        or(
          places[status as ConnectionStatus].map((place) =>
            and([
              eb('connections.disconnected', '=', place.disconnected),
              eb('connections.needs_reconnect', '=', place.needs_reconnect),
            ]),
          ),
        ),
      ),
    ) as typeof query
}

/** The ids of one page. */
export function idsOf(db: Database, { owner, client, status, after, limit }: ConnectionFilter): Expression<string> {
  const at = ({ disconnected, needs_reconnect }: Place) =>
    db
      .selectFrom('connections')
      .select(['id', 'created_at'])
      .where('disconnected', '=', disconnected)
      .where('needs_reconnect', '=', needs_reconnect)
      .$if(owner !== undefined, (query) => query.where('owner', '=', owner as string))
      .$if(client !== undefined, (query) => query.where('client', '=', client as string))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('created_at', 'id'), '>', tuple(after?.createdAt ?? 0, after?.id ?? '')),
        ),
      )
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
  const [first, ...others] = places[status ?? 'standing']
  return db
    .selectFrom(firstOfEach(db, at(first), ...others.map(at)).as('found'))
    .select('found.id')
    .orderBy('found.created_at')
    .orderBy('found.id')
    .limit(limit)
    .$asScalar()
}
