// `punctual connections test <id>`: one harmless read at the provider. It ends with 1 if the connection does not work.

import { connectionOf, type NamedConnection } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { shownText } from '../../output/shown-text.ts'
import type { Settings } from '../../settings/settings.ts'

export async function testConnection(request: NamedConnection, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'acts', async ({ punctual, assertSet }) => {
    const connection = await connectionOf(punctual, request)
    assertSet(connection.client)
    const { durationMs, ...outcome } = await connection.test()
    const result = { ...outcome, durationMs: Math.round(durationMs) }
    const { terminal, json } = output
    if (!result.ok) process.exitCode = 1
    if (json) return terminal.line(jsonText({ connection: connection.id, ...result }, 2))
    if (result.ok) terminal.line(`${terminal.paint('green', '✔')} It works: answered in ${result.durationMs} ms.`)
    else
      terminal.line(
        `${terminal.paint('red', '✘')} It does not work: ${shownText(result.error?.message ?? result.outcome)}`,
      )
  })
}
