// A user revokes an app's access, or changes the password: what ends then, at either provider.

import { z } from 'zod'
import { revoke as revokeCalcom } from '../calcom/oauth/tokens.ts'
import { revokeRows } from '../calendly/oauth/tokens.ts'
import { findAccount, noAccount } from '../world/accounts.ts'
import { findClient } from '../world/clients.ts'
import { problemSentence, SandboxOptionError } from '../world/problem.ts'
import type { GrantRow } from '../world/state.ts'
import type { World } from '../world/world.ts'

/** Whose grants end: those of the account, for one client or for all. */
export interface Revocation {
  readonly provider: GrantRow['provider']
  /** Id, slug or username, or email. */
  readonly account: string
  readonly client?: string | undefined
}

const revocation = z.strictObject({
  provider: z.enum(['calendly', 'calcom'], { error: 'give "calendly" or "calcom"' }),
  account: z.string({ error: 'give the id, the slug or the email address of an account' }),
  client: z.string({ error: 'give the id of a client' }).optional(),
})

/**
 * Checks what a caller has given, and revokes it.
 *
 * @throws {SandboxOptionError} for an account or a client that does not exist.
 */
export function revokeGiven(world: World, given: Revocation): number {
  const checked = revocation.safeParse(given)
  if (!checked.success) throw new SandboxOptionError(problemSentence('The input of revoke', checked.error))
  const { provider, account, client } = checked.data
  const { accounts, clients, grants } = world.state
  // A grant of a team has no person.
  const hasGrant = Object.values(grants).some((one) => one.provider === provider && one.account === account)
  const id = findAccount(accounts, provider, account)?.id ?? (hasGrant ? account : null)
  if (id === null) throw new SandboxOptionError(noAccount(accounts, provider, account))
  if (client !== undefined && findClient(clients, provider, client) === null) {
    const known = clients.filter((one) => one.provider === provider).map((one) => one.id)
    throw new SandboxOptionError(
      `There is no client ${JSON.stringify(client)} at ${provider}: its clients are ${known.join(', ')}.`,
    )
  }
  return revokeByUser(world, { provider, account: id, client })
}

/** Ends the grants of that account, of one client or of all; returns how many were alive. */
export function revokeByUser(world: World, which: Revocation): number {
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
