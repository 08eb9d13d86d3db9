// Ends a connection. Its grant ends with the last connection that rests on it: it is marked as closing first, revoked
// at the provider where that can be done, and its tokens are removed last, so that a crash in between loses nothing.

import { PunctualError } from '../core/errors.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import { revoke } from '../oauth/revoke.ts'
import type { Grant } from '../records/grants.ts'
import type { FlowParts } from './parts.ts'

/**
 * Why a token could not be revoked. `shared`: another connection rests on the grant. `unreadable`: no key opens the tokens;
 * they are revoked once the key is back.
 */
export type RevocationFailure = 'shared' | 'unsupported' | 'refused' | 'unavailable' | 'unreadable'

export interface Revoked {
  /** What was revoked at the provider. */
  readonly revoked: readonly ('access_token' | 'refresh_token')[]
  /** What could not be, and why. */
  readonly notRevoked: readonly {
    readonly token: 'access_token' | 'refresh_token'
    readonly reason: RevocationFailure
    readonly detail: string
  }[]
}

/**
 * Disconnects, and revokes the grant at the provider if nothing else rests on it.
 *
 * @throws {PunctualError} `connection_not_found`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 RFC 7009}
 */
export async function disconnect(parts: FlowParts, id: string): Promise<Revoked> {
  const detached = await parts.connections.detach(id)
  if (!detached)
    throw new PunctualError('connection_not_found', 'The connection is not there, or has been disconnected.')
  const result = detached.closing ? await closeOrExplain(parts, detached.row.grant) : shared(detached.row)
  parts.report.disconnected(detached.row, result.revoked.length > 0)
  return result
}

/** The connection has ended, whatever can be done about its tokens now: the background tries again. */
async function closeOrExplain(parts: FlowParts, grant: string): Promise<Revoked> {
  try {
    return await closeGrant(parts, grant)
  } catch (error) {
    if (!(error instanceof PunctualError) || error.retryable) throw error
    parts.aside.add(`grant ${grant}`, error)
    const why = { reason: 'unreadable', detail: error.message } as const
    return {
      revoked: [],
      notRevoked: [
        { token: 'refresh_token', ...why },
        { token: 'access_token', ...why },
      ],
    }
  }
}

/** Revokes and empties a closing grant. */
export async function closeGrant(parts: FlowParts, id: string): Promise<Revoked> {
  const grant = await parts.grants.get(id)
  if (grant?.status !== 'closing') return { revoked: [], notRevoked: [] }
  const result = await revokeBoth(parts, grant)
  await parts.grants.close(grant.id, grant.generation)
  return result
}

async function revokeBoth(parts: FlowParts, grant: Grant): Promise<Revoked> {
  const client = parts.clients.get(grant.client)
  const { accessToken, refreshToken } = grant.open()
  const revoked: Revoked['revoked'][number][] = []
  const notRevoked: Revoked['notRevoked'][number][] = []
  for (const [hint, token] of [
    ['refresh_token', refreshToken],
    ['access_token', accessToken],
  ] as const) {
    if (!token) continue
    if (!client) {
      notRevoked.push({
        token: hint,
        reason: 'unsupported',
        detail: `The client "${grant.client}" is no longer configured.`,
      })
      continue
    }
    const answer = await revoke(parts, client, { token, hint, deadline: 20_000 })
    if (answer.revoked) revoked.push(hint)
    else notRevoked.push({ token: hint, reason: answer.reason, detail: answer.detail })
  }
  return { revoked, notRevoked }
}

function shared(row: ConnectionRow): Revoked {
  const detail = `Another connection rests on the same grant of ${row.account.name ?? row.account.id}.`
  return {
    revoked: [],
    notRevoked: [
      { token: 'refresh_token', reason: 'shared', detail },
      { token: 'access_token', reason: 'shared', detail },
    ],
  }
}
