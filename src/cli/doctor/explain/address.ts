// An address as it stands in the address bar: of a callback, of a consent page, or of the page to which the person came
// back. Only the names of its parameters, and words of closed lists, are looked at.

import { errorTexts } from '../words/error-texts.ts'
import { meaningOfText, type ProviderName } from '../words/provider-words.ts'
import { type Explain, type Explanation, explained, plain } from './explanation.ts'
import { explainCode } from './our-words.ts'

export const explainAddress: Explain = ({ text }) => {
  const url = addressIn(text)
  if (url === null) return null
  const query = url.searchParams
  // A provider may put its answer into the fragment when it was asked for a token.
  const client = /\/callback\/([a-z0-9][a-z0-9_-]*)/.exec(url.pathname)?.[1] ?? null
  if (query.has('punctual')) return outcome(query)
  if (query.has('punctual_session'))
    return explained(
      'The person has consented, and the code is held until your application says who is signed in.',
      'Complete it: POST /v1/connect-sessions/{id}/complete with the owner, or punctual.complete(session, owner). It lives for ten minutes.',
    )
  if (/\/oauth2?\/authorize$/.test(url.pathname)) return consentPage(url)
  if (client !== null || query.has('state') || query.has('code') || query.has('error')) return callback(url, client)
  return null
}

function addressIn(text: string): URL | null {
  const [found] = /https?:\/\/[^\s"<>]+/.exec(text) ?? []
  if (found !== undefined) return URL.parse(found.replace(/['),.;]+$/, ''))
  const [query] = /^[/?][^\s]*\?[^\s]+$|^\?[^\s]+$|^(?:code|state|error|punctual)=[^\s]+$/.exec(text.trim()) ?? []
  if (query === undefined) return null
  return URL.parse(query.startsWith('/') ? query : `/?${query.replace(/^\?/, '')}`, 'http://localhost')
}

function outcome(query: URLSearchParams): Explanation {
  if (query.get('punctual') === 'connected') return explained('The account was connected. All is well.', null)
  const found = explainCode(query.get('error') ?? '', query.get('reason'))
  // A word of the provider stands in place of a code of ours.
  return (
    found ??
    providerError(query.get('error') ?? '', '', null) ??
    explained(
      'The attempt to connect failed, for a reason that this version does not know.',
      'Let the person begin again.',
    )
  )
}

function callback(url: URL, client: string | null): Explanation {
  const query = url.searchParams
  const repeated = query.size > new Set(query.keys()).size
  if (repeated)
    return explained(
      'A parameter of the callback is there twice. Punctual refuses such an address.',
      'Look at what adds parameters in front of Punctual, such as a proxy. Then let the person begin again.',
    )
  const error = query.get('error')
  if (error !== null) {
    const found = providerError(error, query.get('error_description') ?? '', providerNamed(client))
    if (found) return found
    return explained(
      'The provider sent the person back with an error that the standard does not know.',
      'Let the person begin again.',
    )
  }
  if (/^#.*(access_token|code)=/.test(url.hash))
    return explained(
      'The provider put its answer into the fragment, which no server sees: it was asked for a token, not for a code.',
      'Ask for response_type=code. Punctual does: this address was not begun by it.',
    )
  if (query.has('code') && query.has('state')) return arrived(url, client)
  if (query.has('code'))
    return explained(
      'The provider sent a code and no state, so this attempt was not begun by Punctual.',
      'Begin on the page that Punctual makes (/connect/…). Do not copy an address of the provider.',
    )
  if (query.has('state'))
    return explained(
      `${plain(errorTexts.attempt_refused.meaning)} no_code: ${errorTexts.attempt_refused.reasons.no_code}.`,
      'Let the person begin again.',
    )
  return explained(
    'This is the callback without the answer of a provider: it was opened by hand, or something removed its parameters.',
    'Begin on the page that Punctual makes. See that no proxy removes the query.',
  )
}

/** Both are there: the provider has done its part, and what the browser shows comes from here. */
function arrived(url: URL, client: string | null): Explanation {
  const slash = url.pathname.endsWith('/') ? ' The path ends in a slash, which Punctual does not add.' : ''
  const path =
    client === null
      ? ' The path has no /callback/{client}: the redirect URI at the provider is not the one that Punctual needs.'
      : ''
  const host =
    url.hostname === '127.0.0.1' || url.hostname === '[::1]'
      ? ' Begin and callback must be on the same host: a cookie of localhost is not sent to 127.0.0.1.'
      : ''
  return explained(
    `The provider accepted the person and sent a code. What is wrong is on your side: nothing listens at this address, Punctual is not mounted below it, or the attempt is not one of this browser (another browser, another host, older than ten minutes, or used).${slash}${path}${host}`,
    'Reload the page once: Punctual shows the same outcome again. If it does not connect, run punctual doctor (base_url, callback), and begin again in the same browser. Do not share this address: it holds a code.',
  )
}

function consentPage(url: URL): Explanation {
  const name = /\/auth\/oauth2\/authorize$/.test(url.pathname) ? 'calcom' : 'calendly'
  const query = url.searchParams
  const missing = ['client_id', 'redirect_uri', 'response_type', 'state', 'scope'].filter((one) => !query.get(one))
  const found = meaningOfText(query.get('error_description') ?? '', name)
  if (found) return explained(found.what, found.fix)
  return explained(
    missing.length > 0
      ? `This is the address of a consent page, and it lacks ${missing.join(', ')}. Punctual sends all of them.`
      : 'This is the address of a consent page, with everything that it needs. If the page shows an error, the id, the redirect URI or a scope is not the one of the app.',
    `Run punctual doctor: callback:${name} and scopes:${name} say what must be registered. Or explain the text of the page: punctual doctor --explain "…"`,
  )
}

function providerNamed(client: string | null): ProviderName | null {
  return client === 'calendly' || client === 'calcom' ? client : null
}

/** Returns what an error of OAuth means; `null` for any other word. */
export function providerError(error: string, description: string, provider: ProviderName | null): Explanation | null {
  const names: readonly ProviderName[] = provider === null ? ['calendly', 'calcom'] : [provider]
  for (const name of names) {
    const found = meaningOfText(`${error} ${description}`, name)
    if (found) return explained(found.what, found.fix)
  }
  const { reasons } = errorTexts.attempt_refused
  if (error === 'access_denied')
    return explained('The person declined at the provider.', 'Nothing is wrong. The person can begin again.')
  if (Object.hasOwn(tokenErrors, error)) {
    const found = tokenErrors[error]
    return found ? explained(found[0], found[1]) : null
  }
  if (!Object.hasOwn(reasons, error)) return null
  return explained(
    `${error}: ${plain(reasons[error as keyof typeof reasons])}.`,
    'Let the person begin again. If it happens to everybody, run punctual doctor: callback and scopes.',
  )
}

/** RFC 6749, section 5.2. */
const tokenErrors: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  invalid_client: [
    'The provider does not accept the client: the id is not known, or the secret is not its own.',
    'Run punctual doctor: credentials says which of them, where the provider tells.',
  ],
  invalid_grant: [
    'The provider does not accept the code or the refresh token: it was used before, has expired or was revoked, or belongs to another client or redirect URI.',
    'For a code: begin again. For a refresh token: let the person connect again, and see that only Punctual refreshes it.',
  ],
  unsupported_grant_type: [
    'The token endpoint does not know this grant type.',
    'Use authorization_code and refresh_token.',
  ],
}
