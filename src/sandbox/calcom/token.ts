// `POST /v2/auth/oauth2/token`: takes exactly the fields of the grant and refuses every other.
// Invariant: its answers are those recorded from Cal.com's own code; a test replays all of them.

import type { Answer, Exchange } from '../exchange.ts'
import { jsonAnswer, mediaType } from '../exchange.ts'
import type { World } from '../world.ts'
import { oauthError } from './envelope.ts'
import { exchangeCode, renew } from './grant.ts'

type Body = ReadonlyMap<string, unknown>

/** Answers the token endpoint of API v2. */
export function token(world: World, exchange: Exchange): Answer {
  const body = readBody(exchange)
  const invalid = (reason: string, why: string): Answer =>
    oauthError(exchange, { status: 400, error: 'invalid_request', reason, why })
  if (body === null) return invalid('Body is required', 'the body is neither a form nor JSON')
  const clientId = body.get('client_id')
  if (typeof clientId !== 'string' || clientId === '') {
    return invalid('client_id is required', 'client_id is missing, or is there twice; Basic credentials are ignored')
  }
  const grantType = body.get('grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    const why = 'grant_type is neither authorization_code nor refresh_token'
    return invalid("grant_type must be 'authorization_code' or 'refresh_token'", why)
  }
  exchange.note.grantType = grantType
  const wrong = wrongFields(body, grantType)
  if (wrong !== null) return invalid(wrong.reason, wrong.why)
  const fields = new Map([...body].map(([name, value]) => [name, String(value)]))
  const outcome = grantType === 'refresh_token' ? renew(world, exchange, fields) : exchangeCode(world, exchange, fields)
  if ('failure' in outcome) return oauthError(exchange, outcome.failure)
  return jsonAnswer(200, outcome.tokens, { 'cache-control': 'no-store', pragma: 'no-cache' })
}

/** The body's fields; null when there is no body that the endpoint can read. Malformed JSON was refused before. */
function readBody(exchange: Exchange): Body | null {
  const type = mediaType(exchange)
  if (type === 'application/x-www-form-urlencoded') {
    const fields = new Map<string, unknown>()
    for (const [name, value] of new URLSearchParams(exchange.body)) {
      fields.set(name, fields.has(name) ? [fields.get(name), value] : value)
    }
    return fields
  }
  if (type !== 'application/json') return null
  if (exchange.body === '') return new Map()
  const value: unknown = JSON.parse(exchange.body)
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [])
}

/** The key `client_secret` alone decides which fields are allowed, whatever the client is. */
function wrongFields(body: Body, grantType: string): { reason: string; why: string } | null {
  const secret = body.has('client_secret')
  const wanted = ['client_id', ...(secret ? ['client_secret'] : []), 'grant_type']
  if (grantType === 'refresh_token') wanted.push('refresh_token')
  else wanted.push('code', 'redirect_uri', ...(secret ? [] : ['code_verifier']))
  const extra = [...body.keys()].filter((name) => !wanted.includes(name))
  const absent = wanted.filter((name) => typeof body.get(name) !== 'string')
  if (extra.length === 0 && absent.length === 0) return null
  const reasons = [
    ...extra.map((name) => `${name} property is wrong,property ${name} should not exist `),
    ...absent.map((name) => `${name} property is wrong,${name} must be a string `),
  ]
  return { reason: reasons.join(''), why: explain(extra, absent, secret) }
}

function explain(extra: string[], absent: string[], secret: boolean): string {
  if (secret && extra.includes('code_verifier')) {
    return 'client_secret and code_verifier were sent together; this endpoint takes one or the other'
  }
  if (!secret && absent.includes('code_verifier')) {
    return 'there is neither a client_secret nor a code_verifier in the body; Basic credentials are ignored'
  }
  if (extra.length > 0) return 'there is a field that this grant does not take; nothing but its own fields is allowed'
  return `the field ${absent[0]} is missing or is not a text`
}
