// Cal.com's authorization page: the order of its checks, the texts it shows, and when it redirects.
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
import { type Account, findAccount, noAccount } from '../../world/accounts.ts'
import { type Client, findClient, isRegistered } from '../../world/clients.ts'
import { calcomKnownScopes } from '../../world/scopes.ts'
import { base64url, digest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { isLegacy } from './legacy-scopes.ts'

interface Request {
  readonly client: Client
  readonly redirectUri: string
  readonly state: string | null
  readonly scopes: readonly string[]
}

/** GET shows the consent page or the error; POST is the person's decision. */
export function authorize(world: World, exchange: Exchange): Answer {
  if (exchange.method === 'GET') {
    const checked = check(world, exchange, null)
    const selector = exchange.query.get('show_account_selector') === 'true'
    return 'refusal' in checked ? checked.refusal : showConsent(world, checked, selector)
  }
  const form = new URLSearchParams(exchange.body)
  const name = form.get('account') ?? undefined
  const account = findAccount(world.state.accounts, 'calcom', name)
  if (account === null) {
    const text = noAccount(world.state.accounts, 'calcom', name ?? '')
    return problem(exchange, text, 'this account does not exist')
  }
  exchange.note.account = account.id
  const checked = check(world, exchange, account.id)
  if ('refusal' in checked) return checked.refusal
  if (form.get('decision') === 'allow')
    return allow(world, exchange, { request: checked, person: account, team: form.get('team') })
  exchange.note.why = 'the person went back'
  return errorRedirect(checked, { error: 'access_denied' })
}

/** Until a person is chosen, a client that waits for its approval is treated as if its owner were signed in. */
function check(world: World, exchange: Exchange, account: string | null): Request | Refused {
  const { query, note } = exchange
  const page = (text: string, why: string) => ({ refusal: problem(exchange, text, why) })
  const client = findClient(world.state.clients, 'calcom', query.get('client_id'))
  if (client === null) return page('OAuth client with ID not found', 'no client has this client_id')
  note.client = client.id
  const redirectUri = query.get('redirect_uri') ?? ''
  // Without an address the real page asks nothing and stays blank.
  if (redirectUri === '') return page('', 'the parameter redirect_uri is missing; the real page stays blank')
  if (!isRegistered(client, redirectUri)) {
    const text = "redirect_uri does not match any of the OAuth client's registered redirect URIs"
    return page(text, redirectReason(client, redirectUri))
  }
  if (client.status === 'REJECTED') return page('OAuth client has been rejected', 'the client has been rejected')
  if (client.status === 'PENDING' && account !== null && account !== client.owner) {
    return page('OAuth client is not approved', 'the client is not approved, and the user is not its owner')
  }
  // A scope that is named twice is kept twice.
  const scopes = (query.get('scope') ?? '').split(/[, ]+/).filter((one) => one !== '')
  const request: Request = { client, redirectUri, state: query.get('state'), scopes }
  if (scopes.length === 0 && !isLegacy(client)) {
    return page('scope parameter is required for this OAuth client', 'the parameter scope is missing')
  }
  const back = (error: string, description: string, why: string) => {
    note.why = why
    return { refusal: errorRedirect(request, { error, error_description: description }) }
  }
  if (scopes.some((one) => !calcomKnownScopes.has(one))) {
    const error = world.state.switches.calcomUnknownScopeError
    return back(error, 'Requested scope is not a recognized scope', 'Cal.com knows no scope of one of these names')
  }
  if (!isLegacy(client) && scopes.some((one) => !client.scopes.includes(one))) {
    const description = "Requested scope exceeds the client's registered scopes"
    return back('invalid_request', description, 'a requested scope is not enabled on the client')
  }
  return request
}

function allow(
  world: World,
  exchange: Exchange,
  { request, person, team }: { request: Request; person: Account; team: string | null },
): Answer {
  const { query, note } = exchange
  const challenge = query.get('code_challenge') || null
  const wrong = wrongParameter(world, request, challenge, query.get('code_challenge_method'))
  if (wrong !== null) {
    note.why = wrong.why
    return errorRedirect(request, { error: 'invalid_request', error_description: wrong.description })
  }
  const forTeam = query.get('show_account_selector') === 'true' && team !== null && team !== ''
  if (forTeam && !(person.provider === 'calcom' && person.teams.includes(Number(team)))) {
    note.why = 'this team does not exist, or the person is neither its owner nor its admin'
    const description = 'Team not found or user is not an admin/owner'
    return errorRedirect(request, { error: 'unauthorized_client', error_description: description })
  }
  const account = forTeam ? `team-${Number(team)}` : person.id
  const code = base64url(world.random(40))
  world.state.calcom.codes[digest(code)] = {
    client: request.client.id,
    account,
    redirectUri: request.redirectUri,
    scopes: request.scopes,
    challenge,
    expiresAt: exchange.now + 600_000,
    usedAt: null,
  }
  world.changed()
  const target = new URL(request.redirectUri)
  target.searchParams.set('code', code)
  if (request.state !== null) target.searchParams.set('state', request.state)
  return redirectAnswer(target.href)
}

function wrongParameter(
  world: World,
  request: Request,
  challenge: string | null,
  method: string | null,
): { description: string; why: string } | null {
  if (request.state === null && world.state.switches.calcomStateRequired) {
    // From the source: the page passes null on, and the check requires a string. The real description is a JSON text.
    const why = 'the parameter state is missing; Cal.com marks it as recommended, but does not work without'
    return { description: 'state: expected a string, received null', why }
  }
  if (challenge === null) {
    if (request.client.confidential) return null
    const why = 'a PUBLIC client must send a code_challenge'
    return { description: 'code_challenge required for public clients', why }
  }
  if (method === 'S256') return null
  return { description: 'code_challenge_method must be S256', why: 'code_challenge_method is not S256' }
}

function showConsent(world: World, request: Request, selector: boolean): Answer {
  const teams = world.state.accounts.flatMap((one) => (one.provider === 'calcom' ? one.teams : []))
  const accounts = world.state.accounts
    .filter((one) => one.provider === 'calcom')
    .map((one) => ({ id: one.id, name: one.name ?? one.email, detail: `${one.email} · user ${one.id}` }))
  return consentPage({
    provider: 'Cal.com',
    app: request.client.name,
    accounts,
    scopes: request.scopes,
    teams: selector ? [...new Set(teams)] : [],
    mayDecline: false,
    // A trusted client needs no consent: the person is sent back at once.
    asks: request.client.trusted !== true,
    deny: 'Go back',
    returnsTo: request.redirectUri,
  })
}

function errorRedirect(request: Request, parameters: Record<string, string>): Answer {
  const query = new URLSearchParams(parameters)
  if (request.state) query.set('state', request.state)
  return redirectAnswer(`${request.redirectUri}${request.redirectUri.includes('?') ? '&' : '?'}${query}`)
}

function problem(exchange: Exchange, text: string, why: string): Answer {
  // The real page is a client-side one: it comes with 200 and shows the text.
  return refused(exchange, why, problemPage('Cal.com', 200, text, why))
}

function redirectReason(client: Client, given: string): string {
  return client.redirectUris === 'loopback'
    ? 'redirect_uri is not an http address on this machine, and this client takes only those'
    : `redirect_uri ${firstDifference(given, client.redirectUris)}`
}
