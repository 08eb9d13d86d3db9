// `punctual connections refresh <id>`: refreshes the grant now, by the lease and the pace that every refresh keeps. It ends
// with 1 if there is no live token in the end.

import type { RefreshNowResult } from '../../../core/operator.ts'
import { audited } from '../../operating/audited.ts'
import { connectionOf, type NamedConnection } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export async function refreshConnection(request: NamedConnection, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'acts', async ({ punctual, assertSet }) => {
    const connection = await connectionOf(punctual, request)
    assertSet(connection.client)
    const deed = { action: 'refresh', subject: connection.id, outcomeOf: ({ outcome }: RefreshNowResult) => outcome }
    const result = await audited(punctual.operator, deed, () => connection.refresh())
    const { terminal, json } = output
    const isLive = result.outcome === 'renewed' || result.outcome === 'current'
    if (!isLive) process.exitCode = 1
    if (json) return terminal.line(jsonText({ connection: connection.id, ...result }, 2))
    terminal.line(`${isLive ? terminal.paint('green', '✔') : terminal.paint('red', '✘')} ${sentenceOf(result)}`)
  })
}

function sentenceOf({ outcome, reason, retryAfterMs, expiresAt }: RefreshNowResult): string {
  const until = expiresAt === null ? '' : ` It is valid until ${timeText(expiresAt)}.`
  if (outcome === 'renewed') return `Refreshed.${until}`
  if (outcome === 'current') return `Another process has just refreshed it.${until}`
  const why = reason === null ? '' : `, ${reason}`
  const when = retryAfterMs === null ? '' : ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.`
  if (outcome === 'postponed') return `Postponed${why}: nothing was sent.${when}`
  return `Not refreshed: ${outcome}${why}.${when}${outcome === 'needs_reconnect' ? ' Its owner must consent again: punctual connections reconnect-link' : ''}`
}
