// Finds whose token a call to Calendly's API carries. A token is judged by its row, never by its looks; the three
// messages of a 401 tell the three cases apart.

import { bearerOf, type Exchange, type Refused } from '../../http/exchange.ts'
import { type CalendlyAccount, findAccount } from '../../world/accounts.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { World } from '../../world/world.ts'
import { findToken } from '../oauth/tokens.ts'
import { unauthenticated } from './errors.ts'

export function identify(
  world: World,
  exchange: Exchange,
): { account: CalendlyAccount; row: CalendlyTokenRow } | Refused {
  const refuse = (state: 'is invalid' | 'expired' | 'was revoked', why: string) => ({
    refusal: unauthenticated(exchange, state, why),
  })
  const bearer = bearerOf(exchange.headers)
  if (bearer === null) return refuse('is invalid', 'the Authorization header with a bearer token is missing')
  const found = findToken(world, bearer)
  if (found === null) return refuse('is invalid', 'no access token like this was issued')
  const { row } = found
  exchange.note.client = row.client
  exchange.note.account = row.account
  if (found.kind === 'refresh') return refuse('is invalid', 'this is a refresh token, not an access token')
  if (row.accessRevokedAt !== null)
    return refuse('was revoked', 'the access token was revoked, or replaced by a refresh')
  if (exchange.now >= row.expiresAt) return refuse('expired', 'the access token is older than 2 hours')
  const account = findAccount(world.state.accounts, 'calendly', row.account)
  if (account?.provider !== 'calendly') return refuse('is invalid', 'the account no longer exists')
  revokePrevious(world, row, exchange.now)
  return { account, row }
}

/** Before 2026 a refresh token ended only when an access token made from it was used. */
function revokePrevious(world: World, row: CalendlyTokenRow, now: number): void {
  const previous = row.previous === null ? undefined : world.state.calendly.tokens[row.previous]
  if (previous === undefined) return
  previous.refreshRevokedAt ??= now
  previous.accessRevokedAt ??= now
  row.previous = null
  world.changed()
}
