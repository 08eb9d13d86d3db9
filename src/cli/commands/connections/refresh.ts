// `punctual connections refresh <id>`: refreshes the grant now, by the lease and the pace that every refresh keeps. It ends
// with 1 if there is no live token in the end.

import type { RefreshNowResult } from '../../../core/operator.ts'
import { audited } from '../../operating/audited.ts'
import { connectionOf, type NamedConnection } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { shownText } from '../../output/shown-text.ts'
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

const sentences: Readonly<Record<RefreshNowResult['outcome'], string>> = {
  renewed: 'Refreshed',
  current: 'Another process has just refreshed it',
  postponed: 'Postponed: nothing was sent',
  refused: 'The grant is over: its owner must consent again (punctual connections reconnect-link)',
  unknown: 'Whether the provider refreshed it is not known',
  unavailable: 'The provider gave no usable answer',
  misconfigured: 'The provider refuses the client: punctual doctor says more',
  disconnected: 'The connection was disconnected',
}

function sentenceOf({ outcome, reason, retryAfterMs, expiresAt }: RefreshNowResult): string {
  const why = reason === null ? '' : ` (${shownText(reason)})`
  const until = expiresAt === null ? '' : ` It is valid until ${timeText(expiresAt)}.`
  const again = retryAfterMs === null ? '' : ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.`
  return `${sentences[outcome]}${why}.${until}${again}`
}
