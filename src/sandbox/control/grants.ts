// Lists what users have granted, and revokes a grant in a user's name.

import { jsonAnswer } from '../http/exchange.ts'
import type { GrantRow, State } from '../world/state.ts'
import { absent, type ControlAnswer, type ControlCall, type ControlRoute } from './call.ts'
import { revokeByUser } from './revocation.ts'

/** The endpoints of the grants. */
export const grantRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/grants',
    answer: ({ world }) => jsonAnswer(200, { grants: shownGrants(world.state, world.now()) }),
  },
  { method: 'DELETE', path: '/control/grants/:id', answer: revokeGrant },
  { method: 'POST', path: '/control/grants/:id/revoke', answer: revokeGrant },
]

/** A grant as it is shown; spans in seconds, never less than 0. */
export interface ShownGrant {
  readonly id: string
  readonly provider: GrantRow['provider']
  readonly client: string
  readonly account: string
  readonly scopes: readonly string[]
  readonly status: 'active' | 'ended'
  readonly reason: string | null
  readonly createdAt: string
  readonly renewedAt: string
  readonly accessExpiresIn: number
  /** Null: the refresh token does not end by itself. */
  readonly refreshExpiresIn: number | null
}

/** All grants, oldest first. */
export function shownGrants(state: State, now: number): ShownGrant[] {
  return Object.values(state.grants).map((grant) => {
    const left = (at: number): number => Math.max(0, Math.round((at - now) / 1000))
    const refreshExpiresIn = grant.refreshExpiresAt === null ? null : left(grant.refreshExpiresAt)
    const outlived = refreshExpiresIn === 0
    return {
      id: grant.id,
      provider: grant.provider,
      client: grant.client,
      account: grant.account,
      scopes: grant.scopes,
      status: grant.endedAt === null && !outlived ? 'active' : 'ended',
      reason: grant.reason ?? (outlived ? 'the refresh token is older than 30 days' : null),
      createdAt: new Date(grant.createdAt).toISOString(),
      renewedAt: new Date(grant.renewedAt).toISOString(),
      accessExpiresIn: left(grant.accessExpiresAt),
      refreshExpiresIn,
    }
  })
}

function revokeGrant({ world, exchange, params }: ControlCall): ControlAnswer {
  const grant = Object.values(world.state.grants).find((one) => one.id === params.id)
  if (grant === undefined) return absent(exchange, 'There is no grant with this id: look at GET /control/grants.')
  const revoked = revokeByUser(world, grant)
  return jsonAnswer(200, { revoked })
}
