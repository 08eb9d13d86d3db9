// What one operation costs with that many connections in the database.

import type { Setup } from '../harness/contender.ts'
import type { Place } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { deliveryOf } from './deliveries.ts'
import { baseUrl, benchClient, calendlyClient, connect, openPunctual, ownerOf } from './setup.ts'
import { makeDue, sealStock, someOf, stock, stockedConnection } from './stock.ts'
import { storeAt } from './store-at.ts'
import { untilRenewed } from './until-renewed.ts'

export interface AtSizeInit {
  readonly url: string
  readonly place: Place
  readonly connections: number
  /** How many of them can be read and refreshed: their tokens are sealed one by one. */
  readonly usable: number
}

/** Each function returns the milliseconds of one operation: the median of those that fit into `ms`. */
export const atSize: Setup<AtSizeInit> = async ({ url, place, connections, usable }) => {
  const clients = [benchClient(url), calendlyClient(url)]
  const punctual = openPunctual({ store: storeAt(place), clients, keepWarm: 'always' })
  // The first row of each table is what is copied: this connection must be it.
  await connect(punctual, 'bench', 'first')
  await stock(place, connections)
  const some = someOf(connections, usable)
  await sealStock(place, some)
  const calendly = await connect(punctual, 'calendly', 'webhooks')
  const { id: subscription } = await punctual.webhooks.subscribe(calendly, ['invitee.created'])
  const nearEnd = await punctual.connections.get(stockedConnection(connections - 20))
  const cursor = `${nearEnd.createdAt.getTime()}.${nearEnd.id}`
  let made = 0

  const operations: Readonly<Record<string, () => Promise<unknown>>> = {
    async read() {
      const connection = await punctual.connections.get(stockedConnection(some[made++ % usable] ?? 1))
      await connection.token()
    },
    connect: () => connect(punctual, 'bench', `newcomer-${engine(place)}-${connections}-${made++}`),
    async webhook() {
      const { body, signature } = deliveryOf('webhooks', `invitee-${made++}`, made)
      const headers = { 'calendly-webhook-signature': signature }
      const address = `${baseUrl}/webhooks/calendly/${subscription}`
      const { status } = await punctual.handler(new Request(address, { method: 'POST', headers, body }))
      if (status !== 200) throw new Error(`the delivery was answered ${status}`)
    },
    lastPage: () => punctual.connections.list({ cursor }),
    ofOwner: () => punctual.connections.list({ owner: ownerOf('first') }),
    needsReconnect: () => punctual.connections.list({ status: 'needs_reconnect' }),
    disconnected: () => punctual.connections.list({ status: 'disconnected' }),
  }

  return {
    async measure(name: string, ms: number) {
      await operations[name]?.()
      const taken: number[] = []
      const end = performance.now() + ms
      while (taken.length < 3 || performance.now() < end) {
        const started = performance.now()
        await operations[name]?.()
        taken.push(performance.now() - started)
      }
      return percentile(taken, 50)
    },
    /** The milliseconds until the background work has refreshed the usable ones, all of them due. */
    async tick() {
      await punctual.stop()
      await makeDue(place, some)
      await punctual.ready()
      const done = untilRenewed(punctual, usable)
      const started = performance.now()
      punctual.start()
      await done
      const taken = performance.now() - started
      await punctual.stop()
      return taken
    },
    close: () => punctual.stop(),
  }
}

const engine = (place: Place): string => ('file' in place ? 'sqlite' : 'postgres')
