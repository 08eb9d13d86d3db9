// Ends a connection. Its grant ends with the last connection on it: it is marked as closing first, revoked at the provider
// where possible, and its tokens are removed last, so that a crash in between loses nothing.

import { PunctualError } from '../core/errors.ts'
import { connectionNotFound, unknownClient } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import { revoke } from '../oauth/revoke.ts'
import type { Transport } from '../oauth/transport.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { Grant, GrantRecords } from '../records/grants.ts'
import type { FlowReport } from './report.ts'

/**
 * Why a token could not be revoked. `shared`: another connection rests on the grant. `unavailable`: the provider is away; the
 * background tries again for a day. `unreadable`: no key opens the tokens; they are revoked once the key is back.
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
 * Disconnects, and revokes the grant at the provider if no other connection rests on it.
 *
 * @throws {PunctualError} `connection_not_found`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 RFC 7009}
 */
export type Disconnect = (connection: string) => Promise<Revoked>

export interface DisconnectDependencies {
  readonly connections: Pick<ConnectionRecords, 'detach'>
  readonly closeGrant: CloseGrant
  /** Records that the background could not work on. */
  readonly aside: Pick<SetAside, 'add'>
  readonly report: Pick<FlowReport, 'disconnected'>
}

export function createDisconnect({ connections, closeGrant, aside, report }: DisconnectDependencies): Disconnect {
  return async (connection) => {
    const detached = await connections.detach(connection)
    if (!detached) throw connectionNotFound()
    const { row, closing } = detached
    const result = closing ? await closeOrExplain(row.grant) : shared(row)
    report.disconnected(row, result.revoked.length > 0)
    return result
  }

  /** The connection has ended, even if its tokens cannot be revoked now: the background tries again. */
  async function closeOrExplain(grant: string): Promise<Revoked> {
    try {
      return await closeGrant(grant)
    } catch (error) {
      if (!(error instanceof PunctualError) || error.retryable) throw error
      aside.add(`grant ${grant}`, error)
      return neither('unreadable', error.message)
    }
  }
}

/**
 * Revokes and empties a closing grant. Where the provider is away it stays closing, and keeps its tokens: unless it `isLast`,
 * the last time that it is tried.
 */
export type CloseGrant = (id: string, isLast?: boolean) => Promise<Revoked>

export function createCloseGrant({
  grants,
  clients,
  transport,
}: {
  readonly grants: Pick<GrantRecords, 'close' | 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly transport: Transport
}): CloseGrant {
  return async (id, isLast = false) => {
    const grant = await grants.get(id)
    if (grant?.status !== 'closing') return { revoked: [], notRevoked: [] }
    const result = await revokeBoth(grant)
    const isAway = result.notRevoked.some(({ reason }) => reason === 'unavailable')
    if (isLast || !isAway) await grants.close(grant.id, grant.generation)
    return result
  }

  async function revokeBoth(grant: Grant): Promise<Revoked> {
    const client = clients.get(grant.client)
    const { accessToken, refreshToken } = grant.open()
    const revoked: Revoked['revoked'][number][] = []
    const notRevoked: Revoked['notRevoked'][number][] = []
    for (const [hint, token] of [
      ['refresh_token', refreshToken],
      ['access_token', accessToken],
    ] as const) {
      if (!token) continue
      if (!client) {
        notRevoked.push({ token: hint, reason: 'unsupported', detail: unknownClient(grant.client).message })
        continue
      }
      const outcome = await revoke(transport, client, { token, hint })
      if (outcome.revoked) revoked.push(hint)
      else notRevoked.push({ token: hint, reason: outcome.reason, detail: outcome.detail })
    }
    return { revoked, notRevoked }
  }
}

function shared({ account }: ConnectionRow): Revoked {
  return neither('shared', `Another connection rests on the same grant of ${account.name ?? account.id}.`)
}

function neither(reason: RevocationFailure, detail: string): Revoked {
  return {
    revoked: [],
    notRevoked: [
      { token: 'refresh_token', reason, detail },
      { token: 'access_token', reason, detail },
    ],
  }
}
