// Passes on the events of the feed, as Standard Webhooks. Reading the feed takes nothing from any other reader.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../core/clock.ts'
import type { DeliveredEvent, DeliveryHandler } from '../../core/events.ts'
import { secret } from '../../core/secret.ts'
import { httpDestination } from '../../outbox/http-destination.ts'
import type { Settings } from '../settings/settings.ts'
import type { Listener } from './listener.ts'
import { withPunctual } from './with-punctual.ts'

const pauseMs = 500

export async function listenToProduct(listener: Listener, settings: Settings): Promise<void> {
  const { url, stop } = listener
  const init = { clock: systemClock, fetch: globalThis.fetch }
  const post = httpDestination(init, {
    url,
    secrets: [secret(listener.secret)],
    // The person who runs the command has just named it.
    allowPrivateAddresses: true,
  })
  await withPunctual(settings, 'opens', async ({ punctual }) => {
    // Nobody is this owner: nothing is opened on the way to the end of the feed.
    let { cursor } = await punctual.events.feed({ owner: randomUUID() })
    listener.ready(
      'It waits for the events of the feed: "punctual serve" and "punctual dev" publish them, an application of yours with deliverTo: { feed: true }.',
    )
    while (!stop.aborted) {
      const page = await punctual.events.feed({ after: cursor })
      cursor = page.cursor
      for (const event of page.events) await passOn(event, post, listener)
      if (page.events.length === 0) await sleep(pauseMs, undefined, { signal: stop }).catch(() => {})
    }
  })
}

async function passOn(event: DeliveredEvent, post: DeliveryHandler, { stop, forwarded }: Listener): Promise<void> {
  if (stop.aborted) return
  let problem: string | null = null
  try {
    await post(event, { signal: stop, acknowledge: async () => {} })
  } catch (error) {
    problem = (error as Error).message
  }
  forwarded({ at: new Date(), type: event.type, id: event.id, problem })
}
