// Personal access tokens: a user makes one, and it belongs to no app.

import type { CalendlyAccount } from '../../world/accounts.ts'
import { grantId } from '../../world/grants.ts'
import { digest, signToken, uuid } from '../../world/seal.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'

/** The client of a personal access token, which has none. No real client can have this id, since it has spaces. */
const noClient = 'a personal access token'

/** A personal access token has no end that is documented. */
const never = Date.UTC(9999, 0)

/** Whether the token was made by its user, and belongs to no app. */
export function isPersonal({ client }: { client: string }): boolean {
  return client === noClient
}

/** Issues a personal access token and returns the only copy of it. */
export function issuePersonal(
  world: World,
  now: number,
  account: CalendlyAccount,
  scopes: readonly string[],
): { row: CalendlyTokenRow; token: string } {
  const { state } = world
  const id = uuid(world.random(16))
  const iat = Math.floor(now / 1000)
  const claims = { iss: world.root('/calendly/auth'), iat, jti: id, user_uuid: account.id, scope: scopes.join(' ') }
  const token = signToken({ alg: 'HS256' }, claims, state.signingKey)
  const row: CalendlyTokenRow = {
    id,
    family: id,
    client: noClient,
    account: account.id,
    scopes,
    access: digest(token),
    refresh: '',
    createdAt: now,
    expiresAt: never,
    accessRevokedAt: null,
    refreshRevokedAt: now,
    previous: null,
  }
  state.calendly.tokens[id] = row
  state.calendly.byToken[row.access] = id
  world.changed()
  return { row, token }
}

/** The personal access tokens, oldest first. */
export function personalTokens(world: World): CalendlyTokenRow[] {
  return Object.values(world.state.calendly.tokens).filter(isPersonal)
}

/** Whether the app of a subscription still has access; for one of a personal token, whether its user has one. */
export function hasAccess(world: World, hook: { client: string; creator: string }): boolean {
  if (!isPersonal(hook)) return world.state.grants[grantId('calendly', hook.client, hook.creator)]?.endedAt === null
  return personalTokens(world).some((row) => row.account === hook.creator && row.accessRevokedAt === null)
}
