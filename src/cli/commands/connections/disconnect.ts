// `punctual connections disconnect <id>`: ends a connection, after it has asked. It ends with 1 if something may still exist at
// the provider.

import type { Connection, DisconnectResult } from '../../../connection.ts'
import { audited } from '../../operating/audited.ts'
import { confirm } from '../../operating/confirm.ts'
import { accountText, connectionOf, type NamedConnection } from '../../operating/connection.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { shownText } from '../../output/shown-text.ts'
import type { Settings } from '../../settings/settings.ts'

export interface Disconnect extends NamedConnection {
  readonly yes: boolean
}

export async function disconnect(request: Disconnect, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'acts', async ({ punctual, assertSet }) => {
    const connection = await connectionOf(punctual, request)
    if (connection.status === 'disconnected') throw new CliError('This connection was disconnected before.')
    assertSet(connection.client)
    const { length } = await punctual.webhooks.list(connection.id)
    await confirm({ what: whatEnds(connection, length), yes: request.yes })
    const result = await audited(punctual.operator, { action: 'disconnect', subject: connection.id }, () =>
      connection.disconnect(),
    )
    print(connection.id, result, output)
  })
}

function whatEnds({ id, owner, account, client }: Connection, webhooks: number): string {
  const whose = shownText(`${owner} (${accountText(account)})`)
  const subscriptions = webhooks === 0 ? '' : `, and ${webhooks} webhook subscription${webhooks === 1 ? '' : 's'} there`
  return `This ends the connection ${id} of ${whose} and revokes its grant at ${client}, unless another connection rests on it${subscriptions}. Only the owner can connect again.`
}

function print(id: string, result: DisconnectResult, { terminal, json }: Output): void {
  const { revoked, notRevoked, remainingWebhooks } = result
  const mayWork = notRevoked.filter(({ reason }) => reason !== 'shared' && reason !== 'unsupported')
  if (mayWork.length + remainingWebhooks.length > 0) process.exitCode = 1
  if (json) {
    terminal.line(jsonText({ connection: id, ...result }, 2))
    return
  }
  terminal.line(`${terminal.paint('green', '✔')} Disconnected. Revoked: ${revoked.join(', ') || 'nothing'}.`)
  for (const { token, reason, detail } of notRevoked)
    terminal.line(`${terminal.paint('yellow', '!')} Not revoked: ${token} (${reason}). ${shownText(detail)}`)
  for (const { subscription, reason, detail } of remainingWebhooks)
    terminal.line(
      `${terminal.paint('yellow', '!')} The webhook subscription ${subscription} may still exist (${reason}). ${shownText(detail)}`,
    )
}
