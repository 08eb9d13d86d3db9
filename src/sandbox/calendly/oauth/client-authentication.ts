// Finds which client calls Calendly's authorization server, and whether it proves that. Basic credentials are compared
// raw: Calendly does not percent-decode them (a switch lets it).

import type { Exchange, Refused } from '../../http/exchange.ts'
import { type Client, findClient } from '../../world/clients.ts'
import { digest, sameDigest } from '../../world/seal.ts'
import type { State } from '../../world/state.ts'
import { invalidClient, texts, tokenError } from './errors.ts'
import type { Parameters } from './parameters.ts'

export interface Credentials {
  readonly id: string | null
  readonly secret: string | null
  readonly mechanisms: number
}

/** Finds the credentials without judging them. */
export function readCredentials(exchange: Exchange, parameters: Parameters, decode: boolean): Credentials {
  const basic = /^Basic +(\S+)\s*$/i.exec(exchange.headers.get('authorization') ?? '')?.[1]
  const id = parameters.get('client_id') ?? null
  const secret = parameters.get('client_secret') ?? null
  if (basic === undefined) return { id, secret, mechanisms: id === null ? 0 : 1 }
  const [user, password] = splitOnce(Buffer.from(basic, 'base64').toString())
  return {
    id: decode ? percentDecode(user) : user,
    secret: decode ? percentDecode(password) : password,
    mechanisms: secret === null ? 1 : 2,
  }
}

/** The client that the request proves to be, or the refusal. */
export function authenticate(state: State, exchange: Exchange, parameters: Parameters): { client: Client } | Refused {
  const { switches } = state
  const given = readCredentials(exchange, parameters, switches.calendlyBasicIsPercentDecoded)
  if (given.mechanisms > 1) {
    const why = 'credentials were sent in the Authorization header and in the body'
    return {
      refusal: tokenError(exchange, switches, { error: 'invalid_request', description: texts.two_mechanisms, why }),
    }
  }
  const client = findClient(state.clients, 'calendly', given.id)
  if (client === null) return { refusal: invalidClient(exchange, switches, unknownClient(state, given.id)) }
  exchange.note.client = client.id
  if (client.confidential) {
    if (given.secret === null || given.secret === '') {
      return { refusal: invalidClient(exchange, switches, 'no client secret was sent, and this is a web client') }
    }
    const presented = digest(given.secret)
    if (!client.secretDigests.some((one) => sameDigest(one, presented))) {
      return { refusal: invalidClient(exchange, switches, wrongSecret(client, given.secret)) }
    }
  } else if (given.secret !== null && given.secret !== '') {
    return { refusal: invalidClient(exchange, switches, 'a client secret was sent, and this is a native client') }
  }
  return { client }
}

export function unknownClient(state: State, id: string | null): string {
  if (id === null || id === '') return 'no client credentials were sent'
  if (id.includes('%') && findClient(state.clients, 'calendly', percentDecode(id)) !== null) {
    return 'the client id in the Authorization header is percent-encoded; Calendly compares it raw'
  }
  return 'no client has this client_id'
}

function wrongSecret(client: Client, secret: string): string {
  const decoded = digest(percentDecode(secret))
  return secret.includes('%') && client.secretDigests.some((one) => sameDigest(one, decoded))
    ? 'the client secret in the Authorization header is percent-encoded; Calendly compares it raw'
    : 'the client secret is wrong'
}

function splitOnce(pair: string): [string, string] {
  const at = pair.indexOf(':')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

function percentDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
