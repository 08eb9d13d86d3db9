// Finds the client and the account of a request to Calendly before it is checked: faults are matched by them.

import { bearerOf, type Exchange } from '../http/exchange.ts'
import { findAccount } from '../world/accounts.ts'
import { digest } from '../world/seal.ts'
import type { World } from '../world/world.ts'
import { readCredentials } from './oauth/client-authentication.ts'
import { readParameters } from './oauth/parameters.ts'
import { findToken } from './oauth/tokens.ts'

/** Fills in what can be known of the request without changing anything. */
export function describeCalendly(world: World, exchange: Exchange): void {
  const { note } = exchange
  if (note.endpoint === 'api') {
    const found = findToken(world, bearerOf(exchange.headers) ?? '')
    note.client = found?.row.client ?? null
    note.account = found?.row.account ?? null
    return
  }
  if (note.endpoint === 'authorize') {
    note.client = exchange.query.get('client_id')
    const name = new URLSearchParams(exchange.body).get('account') ?? undefined
    if (exchange.method === 'POST') note.account = findAccount(world.state.accounts, 'calendly', name)?.id ?? null
    return
  }
  const parameters = readParameters(exchange)
  note.grantType = parameters.get('grant_type') ?? null
  note.client = readCredentials(exchange, parameters, world.state.switches.calendlyBasicIsPercentDecoded).id
  const token = parameters.get('refresh_token') ?? parameters.get('token')
  const code = parameters.get('code')
  if (token !== undefined) note.account = findToken(world, token)?.row.account ?? null
  else if (code !== undefined) note.account = world.state.calendly.codes[digest(code)]?.account ?? null
}
