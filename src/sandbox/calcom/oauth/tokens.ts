// Cal.com's tokens: stateless HS256 access tokens, and refresh tokens whose secret must still have its row.
// A refresh deletes ALL rows of that user and client and writes one; nothing waits between the two.

import { recordEnd, recordIssue } from '../../world/grants.ts'
import { base64url, digest, openToken, signToken } from '../../world/seal.ts'
import { prune, type State } from '../../world/state.ts'
import type { World } from '../../world/world.ts'

const accessSeconds = 1800
const refreshSeconds = 30 * 86_400
const header = { alg: 'HS256', typ: 'JWT' }

/** What a grant of Cal.com is made of. */
export interface CalcomGrant {
  readonly client: string
  readonly account: string
  readonly scopes: readonly string[]
  readonly challenge: string | null
}

/** The success answer of the token endpoints. */
export interface CalcomTokens {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly refresh_token: string
  readonly expires_in: number
  readonly scope: string
}

/** Issues a pair; `replace` is the refresh, which ends every other refresh token of that user and client. */
export function issue(world: World, now: number, grant: CalcomGrant, replace: boolean): CalcomTokens {
  const { state } = world
  const iat = Math.floor(now / 1000)
  const common = { ...ownerOf(grant.account), scope: grant.scopes }
  const access = { ...common, token_type: 'Access Token', clientId: grant.client, iat, exp: iat + accessSeconds }
  const secret = base64url(world.random(32))
  const refresh = {
    ...common,
    token_type: 'Refresh Token',
    clientId: grant.client,
    secret,
    codeChallenge: grant.challenge ?? undefined,
    codeChallengeMethod: grant.challenge === null ? undefined : 'S256',
    iat,
    exp: iat + refreshSeconds,
  }
  const rows = replace ? {} : liveRows(state, grant, now)
  rows[digest(secret)] = (iat + refreshSeconds) * 1000
  state.calcom.refresh[rowsKey(grant)] = rows
  const { client, account, scopes } = grant
  const times = { accessExpiresAt: (iat + accessSeconds) * 1000, refreshExpiresAt: (iat + refreshSeconds) * 1000 }
  recordIssue(state, { provider: 'calcom', client, account, scopes, renewedAt: now, ...times })
  prune(state, now)
  world.changed()
  return {
    access_token: signToken(header, access, state.signingKey),
    token_type: 'bearer',
    refresh_token: signToken(header, refresh, state.signingKey),
    expires_in: accessSeconds,
    scope: scopes.join(' '),
  }
}

/** What a token says, when its signature holds and it has not ended; `secret` only in a refresh token. */
export interface CalcomClaims extends CalcomGrant {
  readonly secret: string | null
  readonly issuedAt: number
}

/** Opens an access or a refresh token; null when it is garbage, has ended, or is of the other kind. */
export function open(
  world: World,
  token: string,
  kind: 'Access Token' | 'Refresh Token',
  now: number,
): CalcomClaims | null {
  const claims = openToken(token, world.state.signingKey)
  if (claims === null || claims.token_type !== kind || typeof claims.exp !== 'number') return null
  if (now >= claims.exp * 1000) return null
  const grant = {
    client: String(claims.clientId),
    account: accountIn(claims),
    scopes: Array.isArray(claims.scope) ? claims.scope.map(String) : [],
    challenge: typeof claims.codeChallenge === 'string' ? claims.codeChallenge : null,
  }
  const issuedAt = Number(claims.iat)
  const endedBefore = world.state.calcom.endedBefore[rowsKey(grant)]
  if (kind === 'Access Token' && endedBefore !== undefined && issuedAt <= endedBefore) return null
  return { ...grant, secret: typeof claims.secret === 'string' ? claims.secret : null, issuedAt }
}

/** Whether the refresh token still has its row. */
export function hasRow(state: State, claims: CalcomClaims, now: number): boolean {
  const endsAt = state.calcom.refresh[rowsKey(claims)]?.[digest(claims.secret ?? '')]
  return endsAt !== undefined && now < endsAt
}

/**
 * A refresh token as it was issued before rotation came: without a secret, and without scopes. It is known by its own
 * digest, under a key that no rotation touches.
 */
export function issueLegacy(world: World, now: number, client: string, account: string): string {
  const { state } = world
  const iat = Math.floor(now / 1000)
  const exp = iat + refreshSeconds
  const claims = { ...ownerOf(account), scope: [], token_type: 'Refresh Token', clientId: client, iat, exp }
  const token = signToken(header, claims, state.signingKey)
  const key = legacyKey({ client, account })
  state.calcom.refresh[key] = { ...state.calcom.refresh[key], [digest(token)]: exp * 1000 }
  const times = { renewedAt: now, accessExpiresAt: now, refreshExpiresAt: exp * 1000 }
  recordIssue(state, { provider: 'calcom', client, account, scopes: [], ...times })
  world.changed()
  return token
}

/** Spends a refresh token without a secret: it works once, unless a switch says otherwise. */
export function spendLegacy(world: World, claims: CalcomClaims, token: string): boolean {
  if (world.state.switches.calcomLegacyRefreshToken === 'until_it_ends') return true
  const rows = world.state.calcom.refresh[legacyKey(claims)] ?? {}
  const isThere = Object.hasOwn(rows, digest(token))
  delete rows[digest(token)]
  return isThere
}

/** The user revokes the app's access. Access tokens stay valid until they expire, unless a switch says otherwise. */
export function revoke(world: World, grant: { client: string; account: string }, now: number): boolean {
  const { state } = world
  const key = rowsKey(grant)
  const had = Object.keys(state.calcom.refresh[key] ?? {}).length > 0
  delete state.calcom.refresh[key]
  delete state.calcom.refresh[legacyKey(grant)]
  if (state.switches.calcomRevokeEndsAccessTokens) state.calcom.endedBefore[key] = Math.floor(now / 1000)
  recordEnd(state, { provider: 'calcom', ...grant }, now, 'revoked by the user')
  world.changed()
  return had
}

/** Whose token it is: a user's number, or `team-` and a team's. */
export function accountIn(claims: Record<string, unknown>): string {
  return claims.userId === undefined ? `team-${claims.teamId}` : String(claims.userId)
}

/** The number of a team; null for a user. */
export function teamOf(account: string): number | null {
  return account.startsWith('team-') ? Number(account.slice(5)) : null
}

function ownerOf(account: string): { userId?: number; teamId: number | null } {
  const team = teamOf(account)
  return team === null ? { userId: Number(account), teamId: null } : { teamId: team }
}

function legacyKey(grant: { client: string; account: string }): string {
  return `${rowsKey(grant)} legacy`
}

function rowsKey(grant: { client: string; account: string }): string {
  return `${grant.client} ${grant.account}`
}

function liveRows(state: State, grant: CalcomGrant, now: number): Record<string, number> {
  const rows = Object.entries(state.calcom.refresh[rowsKey(grant)] ?? {})
  return Object.fromEntries(rows.filter(([, endsAt]) => now < endsAt))
}
