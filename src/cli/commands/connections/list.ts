// `punctual connections list`: all connections, or those that a text, an owner or a status finds.

import type { ConnectionFacts, ConnectionStatus } from '../../../core/connection.ts'
import { accountText, factsOf, statusText } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { type Column, createListing, type Output } from '../../output/listing.ts'
import { createProgress } from '../../output/progress.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ListConnections {
  readonly text?: string | undefined
  readonly owner?: string | undefined
  readonly client?: string | undefined
  readonly status?: ConnectionStatus | undefined
  /** `null`: all of them. */
  readonly limit: number | null
}

const columns: readonly Column<ConnectionFacts>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'owner', of: ({ owner }) => owner, mayCut: true },
  { head: 'account', of: ({ account }) => accountText(account), mayCut: true },
  { head: 'client', of: ({ client }) => client },
  { head: 'status', of: statusText, mayCut: true },
  { head: 'changed', of: ({ updatedAt }) => timeText(updatedAt) },
]

export async function listConnections(request: ListConnections, settings: Settings, output: Output): Promise<void> {
  if (request.text !== undefined && request.owner !== undefined)
    throw new CliError('Give a text to search for, or --owner: one of the two.', 2)
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const listing = createListing(columns, output)
    const progress = createProgress()
    const { text, owner, client, status, limit } = request
    let left = limit ?? Number.POSITIVE_INFINITY
    let isMore = false
    for (let cursor: string | null | undefined; cursor !== null && left > 0; ) {
      const page = { client, status, cursor, limit: Math.min(left, 200) }
      const found = await (owner === undefined
        ? punctual.operator.connections({ ...page, text })
        : punctual.connections
            .list({ ...page, owner })
            .then(({ connections, cursor }) => ({ items: connections, cursor, isCut: false })))
      for (const item of found.items) listing.add(factsOf(item))
      left -= found.items.length
      cursor = found.cursor
      isMore = cursor !== null || found.isCut
      progress.show(`${(limit ?? 0) - left} connections`)
    }
    progress.end()
    listing.end(text === undefined ? 'There is no connection.' : 'No connection was found.')
    if (isMore && !output.json) output.terminal.line(output.terminal.paint('dim', moreText(text)))
  })
}

function moreText(text: string | undefined): string {
  return text === undefined
    ? 'There are more: --all lists them, a text finds some.'
    : 'There are more: give a longer text.'
}
