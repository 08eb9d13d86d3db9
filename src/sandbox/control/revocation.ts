// A user revokes an app's access, or changes the password: what ends then, at either provider.

import { revoke as revokeCalcom } from '../calcom/oauth/tokens.ts'
import { revokeRows } from '../calendly/oauth/tokens.ts'
import type { GrantRow } from '../world/state.ts'
import type { World } from '../world/world.ts'

/** Ends the grants of that account, of one client or of all; returns how many were alive. */
export function revokeByUser(
  world: World,
  which: { provider: GrantRow['provider']; account: string; client?: string | undefined },
): number {
  const { state } = world
  const now = world.now()
  const meant = (row: { client: string; account: string }): boolean =>
    row.account === which.account && (which.client === undefined || row.client === which.client)
  const alive = Object.values(state.grants).filter(
    (grant) => grant.provider === which.provider && meant(grant) && grant.endedAt === null,
  )
  const { codes } = state[which.provider]
  for (const [key, code] of Object.entries(codes)) if (meant(code)) delete codes[key]
  if (which.provider === 'calendly') revokeRows(world, meant, now, 'revoked by the user')
  else for (const { client, account } of alive) revokeCalcom(world, { client, account }, now)
  world.changed()
  return alive.length
}
