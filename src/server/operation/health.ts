// Whether the service is alive, and whether it can serve. A process that is alive and not ready must not be restarted: its
// database, or its configuration, needs help.

import { PunctualError } from '../../core/errors.ts'
import type { Punctual } from '../../punctual.ts'

/** Says that the process is up. It touches nothing, so that a database outage restarts no process. */
export function live(): Response {
  return Response.json({ status: 'ok' })
}

/**
 * Says whether requests can be served: the store can be written and has the schema, the keys open what is stored, and the
 * journal can be written. A client that its provider refuses is shown, and takes no process out of service.
 */
export async function ready(punctual: Pick<Punctual, 'ready'> & Partial<Pick<Punctual, 'health'>>): Promise<Response> {
  try {
    await punctual.ready()
    const clients = await punctual.health?.()
    return Response.json({ status: 'ready', clients })
  } catch (error) {
    const reason = error instanceof PunctualError ? (error.reason ?? error.code) : 'unknown'
    return Response.json({ status: 'not_ready', reason }, { status: 503 })
  }
}
