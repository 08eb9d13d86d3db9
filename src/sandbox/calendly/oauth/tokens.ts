// Issues, finds, spends and revokes Calendly's tokens. One row holds an access token and its refresh token.
// Every function is synchronous, so that of two requests with the same refresh token one is refused.

import type { CalendlyAccount } from '../../world/accounts.ts'
import { recordEnd, recordIssue } from '../../world/grants.ts'
import { digest, hex, signToken, uuid } from '../../world/seal.ts'
import { type CalendlyTokenRow, prune } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import { organizationUri, userUri } from '../resources/uris.ts'

const lifetimeSeconds = 7200

/** Issues a new row and returns the answer of the token endpoint, with the only copy of the tokens. */
export function issue(
  world: World,
  now: number,
  grant: { client: string; account: CalendlyAccount; scopes: readonly string[]; family?: string; previous?: string },
): object {
  const { state } = world
  const id = uuid(world.random(16))
  const iat = Math.floor(now / 1000)
  const claims = {
    iss: world.root('/calendly/auth'),
    iat,
    jti: id,
    user_uuid: grant.account.id,
    app_uid: grant.client,
    exp: iat + lifetimeSeconds,
    scope: state.switches.calendlyScopesInAccessToken ? grant.scopes.join(' ') : undefined,
  }
  const access = signToken({ alg: 'HS256' }, claims, state.signingKey)
  const refresh = hex(world.random(32))
  const row: CalendlyTokenRow = {
    id,
    family: grant.family ?? id,
    client: grant.client,
    account: grant.account.id,
    scopes: grant.scopes,
    access: digest(access),
    refresh: digest(refresh),
    createdAt: now,
    expiresAt: (iat + lifetimeSeconds) * 1000,
    accessRevokedAt: null,
    refreshRevokedAt: null,
    previous: grant.previous ?? null,
  }
  state.calendly.tokens[id] = row
  state.calendly.byToken[row.access] = id
  state.calendly.byToken[row.refresh] = id
  const { client, scopes } = grant
  const times = { renewedAt: now, accessExpiresAt: row.expiresAt, refreshExpiresAt: null }
  recordIssue(state, { provider: 'calendly', client, account: row.account, scopes, ...times })
  prune(state, now)
  world.changed()
  return {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    created_at: iat,
    refresh_token: refresh,
    access_token: access,
    ...(state.switches.calendlyScopeInTokenAnswer ? { scope: scopes.join(' ') } : {}),
    owner: userUri(world, row.account),
    organization: organizationUri(world, grant.account.organization),
  }
}

/** The row of an access or a refresh token, and which of the two it is. */
export function findToken(world: World, token: string): { row: CalendlyTokenRow; kind: 'access' | 'refresh' } | null {
  const key = digest(token)
  const row = world.state.calendly.tokens[world.state.calendly.byToken[key] ?? '']
  return row === undefined ? null : { row, kind: row.access === key ? 'access' : 'refresh' }
}

/** Spends a refresh token: what it leaves of the old row is decided by switches. */
export function spend(world: World, row: CalendlyTokenRow, now: number): void {
  row.refreshRevokedAt ??= now
  if (world.state.switches.calendlyOldAccessTokenOnRefresh === 'revoked') row.accessRevokedAt ??= now
  world.changed()
}

/** Revokes one token at the client's request, and its pair with it unless a switch says otherwise. */
export function revoke(world: World, found: { row: CalendlyTokenRow; kind: 'access' | 'refresh' }, now: number): void {
  const { row, kind } = found
  const pair = world.state.switches.calendlyRevokeEndsPair
  if (pair || kind === 'access') row.accessRevokedAt ??= now
  if (pair || kind === 'refresh') row.refreshRevokedAt ??= now
  if (row.refreshRevokedAt !== null) endWhenOver(world, row, now, 'revoked by the client')
  world.changed()
}

/** Revokes every row that the test picks: a user's revocation, or the family of a reused refresh token. */
export function revokeRows(
  world: World,
  pick: (row: CalendlyTokenRow) => boolean,
  now: number,
  reason: string,
): number {
  let count = 0
  for (const row of Object.values(world.state.calendly.tokens)) {
    if (!pick(row) || (row.refreshRevokedAt !== null && row.accessRevokedAt !== null)) continue
    count += 1
    row.accessRevokedAt ??= now
    row.refreshRevokedAt ??= now
    endWhenOver(world, row, now, reason)
  }
  world.changed()
  return count
}

function endWhenOver(world: World, row: CalendlyTokenRow, now: number, reason: string): void {
  const alive = Object.values(world.state.calendly.tokens).some(
    (one) => one.client === row.client && one.account === row.account && one.refreshRevokedAt === null,
  )
  if (!alive) recordEnd(world.state, { provider: 'calendly', client: row.client, account: row.account }, now, reason)
}
