// What a connect session asks for at each of its clients.

import { argumentError, type Check, list, scope } from '../core/check.ts'
import type { Client } from '../core/provider.ts'
import { capabilitiesOfVerbs, type SchedulingVerb } from '../core/scheduling/verb-capabilities.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import { assertKnownScopes, isKnownScope } from './connect-checks.ts'

/** A list where one client is meant, or a list for each client. */
export type RequestedScopes = readonly string[] | Readonly<Record<string, readonly string[] | undefined>>

const isList = list('scopes', scope, { least: 1 })

/** A list, or an object with a list for each client. */
export const areScopes: Check = (value, isGiven) => {
  if (Array.isArray(value)) return isList(value, isGiven)
  if (typeof value !== 'object' || value === null)
    return 'must be a list of scopes, or an object with one for each client'
  for (const [client, scopes] of Object.entries(value)) {
    const problem = scopes === undefined ? null : isList(scopes, true)
    if (problem !== null) return `.${client.slice(0, 40)}${problem.startsWith('[') ? '' : ' '}${problem}`
  }
  return null
}

export interface ScopesRequest {
  readonly scopes?: RequestedScopes | undefined
  readonly features?: readonly SchedulingVerb[] | undefined
}

/**
 * Returns for each client what is asked for: the scopes that are given or those that the features need, else the client's own. A
 * repair keeps what the connection has: a provider replaces what was granted before, and what is not asked for again is lost.
 *
 * @throws {PunctualError} `invalid_argument` for a scope that the provider does not have, or for scopes of another client.
 */
export function scopesOfClients(
  place: string,
  clients: readonly Client[],
  { scopes = {}, features }: ScopesRequest,
  repaired: Pick<ConnectionRow, 'scopes'> | null,
): Record<string, readonly string[]> {
  const isForOne = Array.isArray(scopes)
  if (isForOne && clients.length > 1)
    throw argumentError(place, 'scopes must be an object with a list for each client where there are several clients')
  const given = new Map(isForOne ? clients.map(({ id }) => [id, scopes]) : Object.entries(scopes))
  const stranger = [...given.keys()].find((id) => !clients.some((client) => client.id === id))
  if (stranger !== undefined)
    throw argumentError(place, `scopes.${stranger.slice(0, 40)} is not one of the clients of this session`)
  return Object.fromEntries(
    clients.map((client) => {
      const own: readonly string[] | undefined = given.get(client.id)
      if (own) assertKnownScopes(place, isForOne ? 'scopes' : `scopes.${client.id}`, client, own)
      const asked = own ?? (features ? scopesOfFeatures(client, features) : client.scopes)
      const kept = (repaired?.scopes ?? []).filter((one) => isKnownScope(client, one))
      return [client.id, [...new Set([...kept, ...asked])]]
    }),
  )
}

/**
 * What these verbs need at the client's provider, and what finds out whose account it is. A verb that the provider does not
 * have needs nothing there. Where the model does not know the provider, its features need all that the client asks for.
 */
function scopesOfFeatures({ provider, scopes }: Client, features: readonly SchedulingVerb[]): readonly string[] {
  const { scheduling, accountScopes } = provider
  if (!scheduling) return scopes
  const needed = features
    .flatMap((verb) => capabilitiesOfVerbs[verb])
    .map((capability) => scheduling.capabilities[capability])
    .flatMap((fact) => (fact.how === 'none' ? [] : fact.scopes))
  // A scope of the client that includes the needed one: an app may have no others.
  const including = (one: string) => scopes.find((own) => scheduling.missingScopes([own], [one]).length === 0)
  return [...accountScopes, ...needed].map((one) => (scopes.includes(one) ? one : (including(one) ?? one)))
}
