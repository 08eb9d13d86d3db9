// What may not grow with the stock: lists, and the background work that finds nothing to do.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Setup } from '../harness/contender.ts'
import type { Place } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { deliveryOf } from './deliveries.ts'
import { baseUrl, benchClient, calendlyClient, connect, openPunctual, ownerOf } from './setup.ts'
import { stock, stockAttempts, stockDoneEvents, stockedConnection } from './stock.ts'
import { storeAt } from './store-at.ts'

export interface GrowthInit {
  readonly url: string
  readonly place: Place
  readonly connections: number
  readonly events?: number
  readonly attempts?: number
}

/** A database with that many connections, events that are done, and attempts that were begun just now. */
export const growth: Setup<GrowthInit> = async ({ url, place, connections, events = 0, attempts = 0 }) => {
  const clients = [calendlyClient(url), benchClient(url)]
  const punctual = openPunctual({ store: storeAt(place), clients })
  const id = await connect(punctual, 'calendly', 'first')
  const { id: subscription } = await punctual.webhooks.subscribe(id, ['invitee.created'])
  const { body, signature } = deliveryOf('first', 'first', 1)
  const headers = { 'calendly-webhook-signature': signature }
  await punctual.handler(new Request(`${baseUrl}/webhooks/calendly/${subscription}`, { method: 'POST', headers, body }))
  await punctual.stop()
  await stock(place, connections)
  if (events > 0) await stockDoneEvents(place, events)
  if (attempts > 0) await stockAttempts(place, attempts)
  // The cursor that a caller holds who has walked through all pages but the last, without the walk: where it begins.
  const nearEnd = await punctual.connections.get(stockedConnection(Math.max(1, connections - 20)))
  const last = `${nearEnd.createdAt.getTime()}.${nearEnd.id}`

  const lists: Readonly<Record<string, () => Promise<unknown>>> = {
    'first page': () => punctual.connections.list(),
    'last page': () => punctual.connections.list({ cursor: last }),
    'status needs_reconnect': () => punctual.connections.list({ status: 'needs_reconnect' }),
    'status disconnected': () => punctual.connections.list({ status: 'disconnected' }),
    'of a client without connections': () => punctual.connections.list({ client: 'bench' }),
    'of an owner': () => punctual.connections.list({ owner: ownerOf('first') }),
    'events of an owner without events': () => punctual.events.list({ owner: 'nobody' }),
  }

  return {
    names: async () => Object.keys(lists),
    /** Milliseconds of one list, the median of as many as fit into `ms`, at least three. */
    async list(name: string, ms: number) {
      await lists[name]?.()
      const taken: number[] = []
      const end = performance.now() + ms
      while (taken.length < 3 || performance.now() < end) {
        const started = performance.now()
        await lists[name]?.()
        taken.push(performance.now() - started)
      }
      return percentile(taken, 50)
    },
    /** All jobs of the background run once, and find nothing: its CPU time is measured from outside. */
    async tick() {
      punctual.start()
      await sleep(150)
    },
    stop: async () => {
      await punctual.stop()
      await punctual.ready()
    },
    close: () => punctual.stop(),
  }
}
