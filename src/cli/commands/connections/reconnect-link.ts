// `punctual connections reconnect-link <id>`: the address of a page on which the owner repairs a connection. The page is that of
// `punctual serve`, or of a host application that has it; the application completes the session when the owner comes back.

import { audited } from '../../operating/audited.ts'
import { connectionOf, type NamedConnection } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ReconnectLink extends NamedConnection {
  readonly returnTo?: string | undefined
}

export async function reconnectLink(request: ReconnectLink, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'acts', async ({ punctual, assertSet, baseUrl }) => {
    const { id, owner, client } = await connectionOf(punctual, request)
    assertSet(client)
    const returnTo = request.returnTo ?? settings.returnTo[0] ?? new URL('/', baseUrl).href
    const { url, expiresAt } = await audited(punctual.operator, { action: 'reconnect_link', subject: id }, () =>
      punctual.connectSessions.create({ owner, returnTo, connection: id }),
    )
    const { terminal, json } = output
    if (json) return terminal.line(jsonText({ connection: id, url, returnTo, expiresAt }, 2))
    terminal.line(url.href)
    terminal.line(
      terminal.paint(
        'dim',
        `For the owner alone, until ${timeText(expiresAt)}. The page is that of "punctual serve", of "punctual dev" or of your application. Then the browser goes to ${returnTo}, where your application completes the session ("punctual dev" does so itself).`,
      ),
    )
  })
}
