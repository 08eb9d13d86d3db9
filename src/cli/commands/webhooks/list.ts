// `punctual webhooks list [connection]`: the subscriptions at the providers, each with its real health. No provider is asked.

import type { ConnectionFacts } from '../../../core/connection.ts'
import type { WebhookSubscription } from '../../../webhooks/subscribe.ts'
import { connectionOf } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { type Column, createListing, type Output } from '../../output/listing.ts'
import { createProgress } from '../../output/progress.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ListWebhooks {
  readonly connection?: string | undefined
  readonly owner?: string | undefined
  /** Only those that do not work. */
  readonly broken: boolean
}

/** `broken`: something prevents it, or nothing that it tells can be read. `detail`: what, for a person. */
type Health = 'works' | 'waits' | 'broken' | 'ending'

type Shown = Omit<WebhookSubscription, 'detail'> & {
  readonly owner: string
  readonly health: Health
  readonly detail: string | null
}

const columns: readonly Column<Shown>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'connection', of: ({ connection }) => connection },
  { head: 'client', of: ({ client }) => client },
  { head: 'health', of: ({ health }) => health },
  { head: 'events', of: ({ events }) => events.join(' '), mayCut: true },
  { head: 'since', of: ({ createdAt }) => timeText(createdAt) },
  { head: 'detail', of: ({ detail }) => detail ?? '', mayCut: true },
]

export async function listWebhooks(request: ListWebhooks, settings: Settings, output: Output): Promise<void> {
  const ofOwner = request.owner === undefined ? {} : { owner: request.owner }
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const listing = createListing(columns, output)
    const progress = createProgress()
    const add = async (connection: ConnectionFacts) => {
      for (const subscription of await punctual.webhooks.list(connection.id)) {
        const shown = withHealth(subscription, connection)
        if (!request.broken || shown.health === 'broken') listing.add(shown)
      }
    }
    if (request.connection !== undefined)
      await add(await connectionOf(punctual, { id: request.connection, ...ofOwner }))
    else {
      let looked = 0
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await punctual.connections.list({ ...ofOwner, cursor: cursor ?? null, limit: 200 })
        for (const connection of page.connections) {
          await add(connection)
          looked++
          progress.show(`${looked} connections`)
        }
        cursor = page.cursor
      }
    }
    progress.end()
    listing.end(request.broken ? 'No subscription is broken.' : 'There is no webhook subscription.')
  })
}

/** What stands at the provider is of no use while nobody can read what it tells. */
function withHealth(subscription: WebhookSubscription, { owner, status, reason }: ConnectionFacts): Shown {
  const { state, detail } = subscription
  if (status !== 'active')
    return {
      ...subscription,
      owner,
      health: 'broken',
      detail: `the connection is ${status}${reason ? `, ${reason}` : ''}`,
    }
  if (state === 'removing' || state === 'removed') return { ...subscription, owner, health: 'ending' }
  if (detail !== null) return { ...subscription, owner, health: 'broken' }
  return { ...subscription, owner, health: state === 'active' ? 'works' : 'waits' }
}
