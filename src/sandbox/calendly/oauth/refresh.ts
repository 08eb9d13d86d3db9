// Refreshes with a single-use refresh token at Calendly, and says why a token no longer works.

import { type Answer, type Exchange, jsonAnswer } from '../../http/exchange.ts'
import { findAccount } from '../../world/accounts.ts'
import type { Client } from '../../world/clients.ts'
import { calendlyScopes } from '../../world/scopes.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import { invalidGrant, noStore, texts, tokenError } from './errors.ts'
import { overLimit } from './limits.ts'
import type { Parameters } from './parameters.ts'
import { findToken, issue, revokeRows, spend } from './tokens.ts'

export function refresh(world: World, exchange: Exchange, client: Client, parameters: Parameters): Answer {
  const { switches } = world.state
  const found = findToken(world, parameters.get('refresh_token') ?? '')
  if (found === null) return invalidGrant(exchange, switches, 'no refresh token like this was issued')
  const { row } = found
  exchange.note.account = row.account
  if (found.kind === 'access') return invalidGrant(exchange, switches, 'this is an access token, not a refresh token')
  if (row.client !== client.id)
    return invalidGrant(exchange, switches, 'the refresh token was issued to another client')
  const dead = whyDead(world, row, exchange.now)
  if (dead !== null) return invalidGrant(exchange, switches, dead)
  const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((one) => one !== '')
  if (scopes.some((one) => !row.scopes.includes(one))) {
    const why = 'a requested scope was not granted'
    return tokenError(exchange, switches, { error: 'invalid_scope', description: texts.invalid_scope, why })
  }
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (account?.provider !== 'calendly') return invalidGrant(exchange, switches, 'the account no longer exists')
  const limited = overLimit(world, exchange, account)
  if (limited !== null) return limited
  if (!switches.calendlyLegacyRefresh) spend(world, row, exchange.now)
  const descent = { family: row.family, ...(switches.calendlyLegacyRefresh ? { previous: row.id } : {}) }
  const granted = scopes.length > 0 ? scopes : migrated(world, row.scopes)
  const answer = issue(world, exchange.now, { client: client.id, account, scopes: granted, ...descent })
  return jsonAnswer(200, answer, noStore)
}

/** The full access of a legacy app becomes a list of scopes with its first refresh. */
function migrated(world: World, scopes: readonly string[]): readonly string[] {
  const migrates = world.state.switches.calendlyDefaultScopeOnRefresh === 'migrated'
  return migrates && scopes.includes('default') ? [...calendlyScopes] : scopes
}

function whyDead(world: World, row: CalendlyTokenRow, now: number): string | null {
  const { calendlyRefreshGraceSeconds: grace, calendlyReuseRevokesFamily: punish } = world.state.switches
  if (row.refreshRevokedAt === null) return null
  if (grace > 0 && now <= row.refreshRevokedAt + grace * 1000) return null
  if (punish) revokeRows(world, (one) => one.family === row.family, now, 'a used refresh token was presented again')
  return 'the refresh token has been used or revoked already'
}
