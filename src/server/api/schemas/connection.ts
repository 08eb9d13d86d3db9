// A connection, and what its end leaves.

import type { Connection, DisconnectResult } from '../../../connection.ts'
import type { Account, ConnectionFacts } from '../../../core/connection.ts'
import { type ErrorCode, errorReasons } from '../../../core/errors.ts'
import { z } from '../request/zod.ts'
import { instant, part, shape, text, textOrNull } from './common.ts'

/** A connection as the API writes it. */
export interface ShownConnection extends Omit<ConnectionFacts, 'createdAt' | 'updatedAt'> {
  readonly provider: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export const connectionSchema: z.ZodType<ShownConnection> = shape<ShownConnection>('Connection', {
  id: text,
  owner: text.meta({ description: 'Your own id of the user or tenant.' }),
  client: text.meta({ description: 'The id of the OAuth app that it uses.' }),
  provider: textOrNull.meta({ description: 'null: the client is not among the settings any more.' }),
  account: shape<Account>('Account', {
    id: text.meta({ description: 'The provider’s own id of the user or team.' }),
    name: textOrNull,
    email: textOrNull,
    timeZone: textOrNull.meta({ description: 'IANA name.' }),
  }),
  scopes: z.array(z.string()),
  status: z
    .enum(['active', 'needs_reconnect', 'disconnected'])
    .meta({ description: 'needs_reconnect: a person has to connect again.' }),
  reason: z
    .enum(['refused', 'outcome_unknown', 'no_refresh_token'])
    .nullable()
    .meta({ description: 'Why a person has to connect again; null for every other status.' }),
  createdAt: instant,
  updatedAt: instant,
})

export function shownConnection(connection: Connection): ShownConnection {
  const { id, owner, client, provider, account, scopes, status, reason, createdAt, updatedAt } = connection
  return {
    id,
    owner,
    client,
    provider,
    account,
    scopes,
    status,
    reason,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

const code = z.enum(Object.keys(errorReasons) as [ErrorCode, ...ErrorCode[]])
const tokenKind = z.enum(['access_token', 'refresh_token'])

export const disconnectSchema: z.ZodType<DisconnectResult> = shape<DisconnectResult>('Disconnected', {
  revoked: z.array(tokenKind).meta({ description: 'What was revoked at the provider.' }),
  notRevoked: z
    .array(
      part<DisconnectResult['notRevoked'][number]>({
        token: tokenKind,
        reason: z.enum(['shared', 'unsupported', 'refused', 'unavailable', 'unreadable']),
        detail: text,
      }),
    )
    .meta({ description: 'What was not revoked, and why. shared: another connection rests on the same grant.' }),
  remainingWebhooks: z
    .array(part<DisconnectResult['remainingWebhooks'][number]>({ subscription: text, reason: code, detail: text }))
    .meta({ description: 'Subscriptions that may still exist at the provider. Their deliveries are refused.' }),
})
