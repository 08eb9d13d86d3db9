// Cancels what a session of Postgres runs. A statement whose answer is no longer awaited could otherwise run later: a
// lease that is claimed then has no process that uses it.

import type { Client, ClientBase, ClientConfig } from 'pg'

/** What `pg` knows about the protocol, beyond its types. https://www.postgresql.org/docs/18/protocol-flow.html */
interface Keys {
  readonly processID: number | null
  readonly secretKey: number | null
}
interface Wire {
  startup(settings: unknown): void
  cancel(processID: number, secretKey: number): void
}

/**
 * Asks the server, on a connection made for this alone, to cancel what that session runs. Resolves once the server has
 * taken the request, which it says by ending that connection, or after `ms`. A pooler passes it on to the right
 * session.
 */
export async function cancel(
  pg: typeof import('pg'),
  session: ClientBase,
  config: ClientConfig,
  ms: number,
): Promise<void> {
  const { processID, secretKey } = session as unknown as Keys
  if (processID === null || secretKey === null) return
  const client: Client = new pg.Client({ ...config, connectionTimeoutMillis: ms })
  client.on('error', () => {})
  const wire = client.connection as unknown as Wire
  // In the place of the first message, behind TLS where that is asked for.
  wire.startup = () => wire.cancel(processID, secretKey)
  await client.connect().catch(() => {})
}
