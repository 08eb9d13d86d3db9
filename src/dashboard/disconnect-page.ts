// Asks before a connection is ended, and says what will be revoked and what cannot be.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { drawHead, type Html, page } from './layout.ts'
import { accountOf } from './names.ts'
import { unsupported } from './notice.ts'
import type { WebhookSubscription } from './subscriptions.ts'
import type { Visit } from './visit.ts'

export interface ShownDisconnect {
  readonly connection: Connection
  readonly client: Client | null
  readonly subscriptions: readonly WebhookSubscription[]
}

export function disconnectPage(
  visit: Visit,
  { connection, client, subscriptions }: ShownDisconnect,
): Promise<Response> {
  const path = `${visit.base}/connections/${connection.id}`
  const name = accountOf(connection, client)
  const content = html`<div class="column">
${drawHead('Disconnect this account?', { back: { href: path, text: name }, note: `${name}, owner ${connection.owner}` })}
<form class="card pad sheet" method="post" action="${path}/disconnect">
<ul class="consequences">${consequencesOf(connection, client, subscriptions).map((one) => html`<li>${one}</li>`)}</ul>
<div class="actions"><button class="danger">Disconnect</button><a class="button" href="${path}">Keep it</a></div>
</form>
</div>`
  return page(visit, 200, `Disconnect ${name}?`, content)
}

function consequencesOf(
  { owner }: Connection,
  client: Client | null,
  subscriptions: readonly WebhookSubscription[],
): readonly (string | Html)[] {
  const title = client ? titleOf(client) : 'The provider'
  const count = subscriptions.filter(({ state }) => state !== 'removing').length
  const hooks = count === 1 ? 'Its webhook subscription is' : `Its ${count} webhook subscriptions are`
  return [
    client?.provider.revocation
      ? `Its access token and its refresh token are revoked at ${title}, unless another connection rests on the same grant.`
      : client
        ? unsupported(client)
        : 'Its client is not configured any more, so nothing can be revoked at the provider.',
    'The tokens are deleted here. They cannot be brought back.',
    ...(count > 0 ? [`${hooks} removed at ${title}.`] : []),
    'Bookings at the provider stay as they are.',
    html`To use the account again, <strong>${owner}</strong> must give consent again.`,
  ]
}
