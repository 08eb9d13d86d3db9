// Webhooks coming in, and events dispatched to the application.

import { copyFileSync, rmSync } from 'node:fs'
import type { Punctual, PunctualOptions } from 'punctual'
import type { Setup } from '../harness/contender.ts'
import type { Place } from '../harness/database.ts'
import { deliveryOf, type SignedDelivery } from './deliveries.ts'
import { baseUrl, calendlyClient, connect, openPunctual } from './setup.ts'
import { storeAt } from './store-at.ts'

/** Connects an account and subscribes to its bookings. Returns a function that receives a delivery. */
async function subscribed(punctual: Punctual, account: string): Promise<(delivery: SignedDelivery) => Promise<void>> {
  const id = await connect(punctual, 'calendly', account)
  const subscription = await punctual.webhooks.subscribe(id, ['invitee.created'])
  if (subscription.state !== 'active') throw new Error(`the subscription is ${subscription.state}`)
  const address = `${baseUrl}/webhooks/calendly/${subscription.id}`
  return async ({ body, signature }) => {
    const headers = { 'content-type': 'application/json', 'calendly-webhook-signature': signature }
    const { status } = await punctual.handler(new Request(address, { method: 'POST', headers, body }))
    if (status !== 200) throw new Error(`the delivery was answered ${status}`)
  }
}

/** Verified and stored, by the time it is answered. */
export const receive: Setup<{ url: string; place: Place; deliveries: number; atOnce: number }> = async (init) => {
  const { url, place, deliveries, atOnce } = init
  const punctual = openPunctual({ store: storeAt(place), clients: [calendlyClient(url)] })
  const take = await subscribed(punctual, 'webhooks')
  let made = 0
  let waiting: SignedDelivery[] = []
  return {
    async prepare() {
      waiting = Array.from({ length: deliveries }, () => deliveryOf('webhooks', `invitee-${made++}`, made))
    },
    async round() {
      const caller = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await take(next)
      }
      await Promise.all(Array.from({ length: atOnce }, caller))
      return deliveries
    },
    close: () => punctual.stop(),
  }
}

/**
 * Dispatched to a function that does nothing. A round begins with a copy of the same database, whose events wait.
 * `keys`: about how many bookings the events are; those of one booking come one after the other.
 */
export const dispatch: Setup<{ url: string; folder: string; events: number; keys: number }> = async (init) => {
  const { url, folder, events, keys } = init
  const [full, file] = [`${folder}/full.db`, `${folder}/punctual.db`]
  const open = (path: string, more: Partial<PunctualOptions> = {}) =>
    openPunctual({ store: storeAt({ file: path }), clients: [calendlyClient(url)], ...more })
  // Eight connections: a process gives one connection at most half of its slots.
  const filling = open(full)
  const accounts = Array.from({ length: Math.min(8, keys) }, (_, index) => `events-${index}`)
  const takes = await Promise.all(accounts.map((account) => subscribed(filling, account)))
  for (let index = 0; index < events; index++) {
    const which = index % accounts.length
    await takes[which]?.(deliveryOf(accounts[which] ?? '', `invitee-${index % keys}`, index))
  }
  await filling.stop()

  let dispatched = 0
  let done = () => {}
  let punctual: Punctual | null = null
  return {
    async prepare() {
      await punctual?.stop()
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
      copyFileSync(full, file)
      const deliverTo = async () => {
        if (++dispatched === events) done()
      }
      punctual = open(file, { deliverTo })
      await punctual.ready()
    },
    async round() {
      dispatched = 0
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const late = setTimeout(
        () => reject(new Error(`${dispatched} of ${events} were dispatched in two minutes`)),
        120_000,
      )
      done = resolve
      punctual?.start()
      await promise
      clearTimeout(late)
      return events
    },
    close: async () => punctual?.stop(),
  }
}
