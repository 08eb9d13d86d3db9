// Which client calls a token endpoint of Cal.com, whether it proves that, and whether it may have tokens.

import type { Exchange } from '../../http/exchange.ts'
import { type Client, findClient } from '../../world/clients.ts'
import { digest, sameDigest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import type { CalcomTokens } from './tokens.ts'

/** Why no tokens are issued. */
export interface Failure {
  readonly status: number
  readonly error: string
  readonly reason: string
  readonly why: string
}

export type Fields = ReadonlyMap<string, string>

export type Outcome = { readonly tokens: CalcomTokens } | { readonly failure: Failure }

export function clientOf(world: World, exchange: Exchange, fields: Fields): Client | null {
  const client = findClient(world.state.clients, 'calcom', fields.get('client_id') ?? null)
  if (client !== null) exchange.note.client = client.id
  return client
}

/** A public client needs no proof. */
export function whyUnproven(client: Client, fields: Fields): Failure | null {
  if (!client.confidential) return null
  const secret = fields.get('client_secret')
  const presented = digest(secret ?? '')
  if (secret && client.secretDigests.some((one) => sameDigest(one, presented))) return null
  const why = secret ? 'the client secret is wrong' : 'no client secret was sent, and this client is confidential'
  return { status: 401, error: 'invalid_client', reason: 'invalid_client_credentials', why }
}

export function whyClosed(client: Client, account: string): Failure | null {
  if (client.status === 'REJECTED') {
    const why = 'the client has been rejected'
    return { status: 401, error: 'unauthorized_client', reason: 'client_rejected', why }
  }
  if (client.status === 'APPROVED' || client.owner === account) return null
  const why = 'the client is not approved, and the user is not its owner'
  return { status: 401, error: 'unauthorized_client', reason: 'client_not_approved', why }
}

export function fail(status: number, error: string, reason: string, why: string): { failure: Failure } {
  return { failure: { status, error, reason, why } }
}
