// Finds the client and the account of a request to Cal.com before it is checked: faults are matched by them.

import { bearerOf, type Exchange, mediaType } from '../http/exchange.ts'
import { findAccount } from '../world/accounts.ts'
import { ownProperty } from '../world/own-property.ts'
import { digest, openToken } from '../world/seal.ts'
import type { World } from '../world/world.ts'
import { presentedToken } from './api/credentials.ts'
import { accountIn } from './oauth/tokens.ts'

/** Fills in what can be known of the request without changing anything. */
export function describeCalcom(world: World, exchange: Exchange): void {
  const { note } = exchange
  const claimsOf = (token: string) => openToken(token, world.state.signingKey)
  if (note.endpoint === 'api') {
    const token = presentedToken(exchange.headers) ?? ''
    const claims = claimsOf(token)
    note.client = claims === null ? null : String(claims.clientId)
    note.account =
      claims === null ? (ownProperty(world.state.calcom.apiKeys, digest(token))?.user ?? null) : accountIn(claims)
    return
  }
  if (note.endpoint === 'authorize') {
    note.client = exchange.query.get('client_id')
    const name = new URLSearchParams(exchange.body).get('account') ?? undefined
    if (exchange.method === 'POST') note.account = findAccount(world.state.accounts, 'calcom', name)?.id ?? null
    return
  }
  const fields = fieldsOf(exchange)
  note.grantType = fields.get('grant_type') ?? null
  note.client = fields.get('client_id') ?? null
  const code = fields.get('code')
  const claims = claimsOf(fields.get('refresh_token') ?? bearerOf(exchange.headers) ?? '')
  if (claims !== null) note.account = accountIn(claims)
  else if (code !== undefined) note.account = world.state.calcom.codes[digest(code)]?.account ?? null
}

function fieldsOf(exchange: Exchange): Map<string, string> {
  if (mediaType(exchange) !== 'application/json') return new Map(new URLSearchParams(exchange.body))
  try {
    const value: unknown = JSON.parse(exchange.body)
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return new Map()
  }
}
