// `punctual connections show <id>`: what is known of a connection, its webhook subscriptions, and its life. No token is shown.

import type { HistoryItem } from '../../../core/operator.ts'
import { accountText, connectionOf, factsOf, type NamedConnection, statusText } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { type Column, createListing, type Output, printOne } from '../../output/listing.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ShowConnection extends NamedConnection {
  /** How many entries of its life. */
  readonly history: number
}

const columns: readonly Column<HistoryItem>[] = [
  { head: 'when', of: ({ at }) => timeText(at) },
  { head: 'what happened', of: ({ sentence }) => sentence, mayCut: true },
]

export async function showConnection(request: ShowConnection, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const connection = factsOf(await connectionOf(punctual, request))
    const webhooks = await punctual.webhooks.list(connection.id)
    const { items, nextRefreshAt, isRefreshing } = await punctual.operator.history(connection.id, {
      limit: request.history,
    })
    const { id, owner, client, account, scopes, createdAt } = connection
    const subscriptions = webhooks.map(({ events, state, detail }) => `${events.join(', ')}: ${detail ?? state}`)
    printOne(
      { connection, nextRefreshAt, isRefreshing, webhooks, history: items },
      [
        ['id', id],
        ['owner', owner],
        ['account', accountText(account)],
        ['client', client],
        ['status', statusText(connection)],
        ['scopes', scopes.join(' ')],
        ['connected', timeText(createdAt)],
        ['next refresh', isRefreshing ? 'under way' : timeText(nextRefreshAt, 'not planned')],
        ['webhooks', subscriptions.join('; ') || 'none'],
      ],
      output,
    )
    if (output.json) return
    output.terminal.line()
    const listing = createListing(columns, output)
    for (const item of items) listing.add(item)
    listing.end('Nothing of its life is kept.')
  })
}
