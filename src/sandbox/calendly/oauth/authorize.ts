// Calendly's authorization endpoint: the order of its checks, the consent page, and the redirect.
// It never redirects to an address that is not registered for the client.

import {
  type Answer,
  type Exchange,
  firstDifference,
  type Refused,
  redirectAnswer,
  refused,
} from '../../http/exchange.ts'
import { consentPage } from '../../pages/consent.ts'
import { problemPage } from '../../pages/problem.ts'
import { type CalendlyAccount, findAccount, noAccount } from '../../world/accounts.ts'
import { type Client, findClient, isRegistered } from '../../world/clients.ts'
import { digest, hex } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { missing, texts } from './errors.ts'

interface Request {
  readonly client: Client
  readonly redirectUri: string
  readonly state: string | null
  readonly scopes: readonly string[]
  readonly challenge: string | null
}

/** GET shows the consent page or the error; POST is the person's decision. */
export function authorize(world: World, exchange: Exchange): Answer {
  const checked = check(world, exchange)
  if ('refusal' in checked) return checked.refusal
  if (exchange.method === 'GET') return showConsent(world, checked)
  const form = new URLSearchParams(exchange.body)
  const name = form.get('account') ?? undefined
  const account = findAccount(world.state.accounts, 'calendly', name)
  if (account?.provider !== 'calendly') {
    const text = noAccount(world.state.accounts, 'calendly', name ?? '')
    return problem(exchange, 400, text, 'this account does not exist')
  }
  exchange.note.account = account.id
  if (form.get('decision') === 'allow') return allow(world, exchange, { request: checked, account, form })
  exchange.note.why = 'the person declined'
  return back(world, checked, { error: 'access_denied', error_description: texts.access_denied })
}

function check(world: World, exchange: Exchange): Request | Refused {
  const { query, note } = exchange
  const { switches, clients } = world.state
  const status = switches.calendlyAuthorizeErrorStatus
  const page = (text: string, why: string) => ({ refusal: problem(exchange, status, text, why) })
  const id = query.get('client_id')
  if (!id) return page(missing('client_id'), 'the parameter client_id is missing')
  const client = findClient(clients, 'calendly', id)
  if (client === null) return page(texts.invalid_client, 'no client has this client_id')
  note.client = client.id
  const redirectUri = query.get('redirect_uri')
  if (!redirectUri) return page(texts.invalid_redirect_uri, 'the parameter redirect_uri is missing')
  if (
    !isRegistered(client, redirectUri) &&
    !(switches.calendlyLoopbackIpPortVaries && portDiffers(client, redirectUri))
  ) {
    return page(texts.invalid_redirect_uri, redirectReason(client, redirectUri))
  }
  const request: Request = {
    client,
    redirectUri,
    state: query.get('state'),
    scopes: requestedScopes(client, query.get('scope'), switches.calendlyScopeOmitted),
    challenge: query.get('code_challenge') || null,
  }
  const wrong = wrongParameter(request, query)
  if (wrong === null) return request
  if (switches.calendlyAuthorizeErrors === 'page') return page(wrong.text, wrong.why)
  note.why = wrong.why
  return { refusal: back(world, request, { error: wrong.error, error_description: wrong.text }) }
}

function wrongParameter(request: Request, query: URLSearchParams): { error: string; text: string; why: string } | null {
  const type = query.get('response_type')
  if (!type) {
    const why = 'the parameter response_type is missing'
    return { error: 'invalid_request', text: missing('response_type'), why }
  }
  if (type !== 'code') {
    const why = 'the only response_type is code'
    return { error: 'unsupported_response_type', text: texts.unsupported_response_type, why }
  }
  const unknown = request.scopes.find((scope) => !request.client.scopes.includes(scope))
  if (unknown !== undefined) {
    const why = 'a requested scope is not enabled on the client'
    return { error: 'invalid_scope', text: texts.invalid_scope, why }
  }
  if (request.challenge === null) {
    if (request.client.confidential) return null
    const why = 'a native client must send a code_challenge'
    return { error: 'invalid_request', text: texts.challenge_required, why }
  }
  if (query.get('code_challenge_method') === 'S256') return null
  const why = 'code_challenge_method is not S256'
  return { error: 'invalid_code_challenge_method', text: texts.invalid_code_challenge_method, why }
}

function showConsent(world: World, request: Request): Answer {
  const accounts = world.state.accounts
    .filter((one) => one.provider === 'calendly')
    .map((one) => ({ id: one.id, name: one.name, detail: `${one.email} · ${one.plan} plan · ${one.role}` }))
  return consentPage({
    provider: 'Calendly',
    app: request.client.name,
    accounts,
    scopes: request.scopes,
    mayDecline: !request.scopes.includes('default'),
    teams: [],
    asks: true,
    deny: 'Deny',
    returnsTo: request.redirectUri,
  })
}

function allow(
  world: World,
  exchange: Exchange,
  { request, account, form }: { request: Request; account: CalendlyAccount; form: URLSearchParams },
): Answer {
  const kept = form.has('choice') ? form.getAll('scope') : request.scopes
  const declined = form.getAll('decline')
  const code = hex(world.random(32))
  world.state.calendly.codes[digest(code)] = {
    client: request.client.id,
    account: account.id,
    redirectUri: request.redirectUri,
    scopes: request.scopes.filter((scope) => kept.includes(scope) && !declined.includes(scope)),
    challenge: request.challenge,
    expiresAt: exchange.now + 600_000,
    usedAt: null,
  }
  world.changed()
  return back(world, request, { code })
}

function back(world: World, request: Request, parameters: Record<string, string>): Answer {
  const query = new URLSearchParams(parameters)
  if (request.state !== null) query.set('state', request.state)
  if (world.state.switches.calendlyIssInRedirect) query.set('iss', world.root('/calendly/auth'))
  return redirectAnswer(`${request.redirectUri}${request.redirectUri.includes('?') ? '&' : '?'}${query}`)
}

function requestedScopes(client: Client, scope: string | null, omitted: 'none' | 'all'): string[] {
  const named = (scope ?? '').split(/\s+/).filter((one) => one !== '')
  if (named.length > 0) return [...new Set(named)]
  // A legacy app's default is the full-access scope; a new app without a scope gets nothing.
  if (client.scopes.includes('default')) return ['default']
  return omitted === 'all' ? [...client.scopes] : []
}

function problem(exchange: Exchange, status: number, text: string, why: string): Answer {
  return refused(exchange, why, problemPage('Calendly', status, text, why))
}

function redirectReason(client: Client, given: string): string {
  return client.redirectUris === 'loopback'
    ? 'redirect_uri is not an http address on this machine, and this client takes only those'
    : `redirect_uri ${firstDifference(given, client.redirectUris)}`
}

function portDiffers(client: Client, given: string): boolean {
  const url = URL.parse(given)
  if (url === null || client.redirectUris === 'loopback' || !['127.0.0.1', '[::1]'].includes(url.hostname)) return false
  const withoutPort = (one: string): string => one.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d+/, '$1')
  return client.redirectUris.some((one) => withoutPort(one) === withoutPort(given))
}
