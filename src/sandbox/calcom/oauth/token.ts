// `POST /v2/auth/oauth2/token`: accepts exactly the fields of the grant and refuses every other.
// Its answers are those recorded from Cal.com's own code; a test replays all of them.

import { type Answer, type Exchange, jsonAnswer } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import { oauthError } from './errors.ts'
import { exchangeCode } from './exchange-code.ts'
import { readFields } from './parameters.ts'
import { refresh } from './refresh.ts'

type Fields = Readonly<Record<string, unknown>>

/** Serves the token endpoint of API v2. */
export function token(world: World, exchange: Exchange): Answer {
  const read = readFields(exchange)
  const invalid = (reason: string, why: string): Answer =>
    oauthError(exchange, { status: 400, error: 'invalid_request', reason, why })
  if (read === null && world.state.switches.calcomNoBody === 'body_required') {
    return invalid('Body is required', 'the body is neither a form nor JSON')
  }
  const fields: Fields = read ?? {}
  if (typeof fields.client_id !== 'string' || fields.client_id === '') {
    return invalid('client_id is required', 'client_id is missing or is given twice; Basic credentials are ignored')
  }
  const grantType = fields.grant_type
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    const why = 'grant_type is neither authorization_code nor refresh_token'
    return invalid("grant_type must be 'authorization_code' or 'refresh_token'", why)
  }
  exchange.note.grantType = grantType
  const wrong = wrongFields(fields, grantType)
  if (wrong !== null) return invalid(wrong.reason, wrong.why)
  const texts = new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]))
  const outcome = grantType === 'refresh_token' ? refresh(world, exchange, texts) : exchangeCode(world, exchange, texts)
  if ('failure' in outcome) return oauthError(exchange, outcome.failure)
  return jsonAnswer(200, outcome.tokens, { 'cache-control': 'no-store', pragma: 'no-cache' })
}

/**
 * The key `client_secret` alone decides which fields are allowed, whatever the client is. What is not allowed is named
 * first, in the order of the body; then what is missing or no text, in the order of the endpoint.
 */
function wrongFields(fields: Fields, grantType: string): { reason: string; why: string } | null {
  const isConfidential = 'client_secret' in fields
  const wanted =
    grantType === 'refresh_token'
      ? ['client_id', 'grant_type', 'refresh_token', ...(isConfidential ? ['client_secret'] : [])]
      : ['client_id', 'grant_type', 'code', 'redirect_uri', isConfidential ? 'client_secret' : 'code_verifier']
  // What copies the body before it is checked leaves these two out.
  const copied = Object.keys(fields).filter((name) => name !== '__proto__' && name !== 'constructor')
  const extra = copied.filter((name) => !wanted.includes(name))
  const absent = wanted.filter((name) => typeof fields[name] !== 'string')
  if (extra.length === 0 && absent.length === 0) return null
  const reasons = [
    ...extra.map((name) => `${name} property is wrong,property ${name} should not exist `),
    ...absent.map((name) => `${name} property is wrong,${name} must be a string `),
  ]
  return { reason: reasons.join(', '), why: explain(extra, absent, isConfidential) }
}

function explain(extra: readonly string[], absent: readonly string[], isConfidential: boolean): string {
  if (isConfidential && extra.includes('code_verifier')) {
    return 'client_secret and code_verifier were sent together; this endpoint takes one or the other'
  }
  if (!isConfidential && absent.includes('code_verifier')) {
    return 'the body has neither a client_secret nor a code_verifier; Basic credentials are ignored'
  }
  if (extra.length > 0) return 'the body has a field that this grant does not accept; only its own fields are allowed'
  return `the field ${absent[0]} is missing or is not a text`
}
