// Whether the service is alive, and whether it can serve. A process that is alive and not ready must not be restarted: its
// database, or its configuration, needs help.

import type { Clock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Punctual } from '../../punctual.ts'

/** Says that the process is up. It touches nothing, so that a database outage restarts no process. */
export function live(): Response {
  return Response.json({ status: 'ok' })
}

/** How long an answer stands. What asks often, or from many places, costs the store one look in this time. */
const rememberedMs = 1000

/**
 * Says whether requests can be served: the store can be written and has the schema, the keys open what is stored, and the
 * journal can be written. A client that its provider refuses is shown, and takes no process out of service.
 */
export function createReadiness(
  punctual: Pick<Punctual, 'ready'> & Partial<Pick<Punctual, 'health'>>,
  clock: Pick<Clock, 'monotonic'>,
): () => Promise<Response> {
  let last: { readonly look: Promise<Look>; readonly until: number } | null = null

  async function look(): Promise<Look> {
    try {
      await punctual.ready()
      return { status: 200, body: { status: 'ready', clients: await punctual.health?.() } }
    } catch (error) {
      const reason = error instanceof PunctualError ? (error.reason ?? error.code) : 'unknown'
      return { status: 503, body: { status: 'not_ready', reason } }
    }
  }

  return async () => {
    const now = clock.monotonic()
    if (last === null || last.until <= now) last = { look: look(), until: now + rememberedMs }
    const { status, body } = await last.look
    return Response.json(body, { status })
  }
}

interface Look {
  readonly status: 200 | 503
  readonly body: unknown
}
