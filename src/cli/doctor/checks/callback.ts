// Which redirect URI a provider must have, whether its rules allow it, and whether it has it.

import { isLoopback } from '../../../core/loopback.ts'
import type { Client } from '../../../core/provider.ts'
import type { SetClient } from '../probes/clients.ts'
import { type ConsentVerdict, openConsentPage } from '../probes/consent-page.ts'
import { nearCallbacks } from '../probes/near-callbacks.ts'
import { placeOf } from '../probes/request.ts'
import { askTokenEndpoint, type TokenReply } from '../probes/token-endpoint.ts'
import { consoleOf } from '../words/provider-words.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { type Finding, ok, together, unknown, wrong } from './finding.ts'

type Registration = 'registered' | 'not_registered' | 'not_shown' | 'unknown_client'

export function callbackCheck(of: SetClient, place: Place): Check {
  const { read, baseUrl, clients, ask } = place
  const uri = place.callbackOf(of)
  const register = `Register exactly this redirect URI at ${consoleOf[of.name]}: ${uri}`
  return {
    id: `callback:${of.name}`,
    async run() {
      const problem = problemWith(read, 'PUNCTUAL_URL')
      if (problem !== null)
        return wrong(
          `The redirect URI is PUNCTUAL_URL with /callback/${of.name}, and PUNCTUAL_URL is wrong: ${problem}`,
          'Correct PUNCTUAL_URL, run this again, and register the redirect URI that it prints.',
        )
      const rules = of.isSandbox ? [] : againstRules(of, new URL(uri))
      if (rules.some(({ kind }) => kind === 'wrong')) return together(rules, ok(''))
      return together([...rules, await registration()], ok(''))
    },
  }

  async function registration(): Promise<Finding> {
    const { client } = of
    const [consent, reply] = await Promise.all([place.consent(of), place.tokenReply(of)])
    if (client === null || consent === null || reply === null)
      return unknown(`the client cannot be made (see credentials:${of.name}).`, register)
    const address = addressOf(of, client, consent)
    if (address !== null) return address
    switch (registrationBy(of, consent, reply)) {
      case 'registered':
        return ok(`${of.title} has the redirect URI ${uri}.`)
      case 'not_registered':
        return notRegistered(client, consent)
      case 'unknown_client':
        return unknown(`${of.title} does not know the client (see credentials:${of.name}).`, register)
      case 'not_shown':
        return unknown(
          `${of.title} shows it only to a person who is signed in.`,
          `${register} It is compared character by character: scheme, host, port, path and a slash at its end.`,
        )
    }
  }

  async function notRegistered(client: Client, consent: ConsentVerdict): Promise<Finding> {
    const others = clients.filter((one) => one !== of).map(({ name }) => name)
    const all = nearCallbacks(baseUrl, of.name, others)
    const tried = await Promise.all(all.map(async (near) => ((await isRegistered(client, near.url)) ? near : null)))
    const near = tried.find((one) => one !== null)
    const instead = near ? ` It has ${near.url} instead: ${near.difference}.` : ''
    const says = consent.kind === 'refused' && consent.says ? ` The sandbox says: ${consent.says}.` : ''
    return wrong(
      `${of.title} does not have the redirect URI ${uri}.${instead}${near ? '' : says}`,
      near
        ? `${register}, in place of the other one; or set PUNCTUAL_URL so that both agree.`
        : `${register}. It is compared character by character: scheme, host, port, path and a slash at its end.`,
    )
  }

  async function isRegistered(client: Client, redirectUri: string): Promise<boolean> {
    const consent = await openConsentPage(ask, of.name, client, { redirectUri, scopes: client.scopes })
    if (consent.kind !== 'not_shown') return registrationBy(of, consent, null) === 'registered'
    return registrationBy(of, consent, await askTokenEndpoint(ask, of.name, client, redirectUri)) === 'registered'
  }
}

/** What the consent page shows counts; else, at Cal.com, the token endpoint, which looks at the address before the secret. */
function registrationBy(of: SetClient, consent: ConsentVerdict, reply: TokenReply | null): Registration {
  if (consent.kind === 'accepted') return 'registered'
  if (consent.kind === 'refused') {
    if (consent.cause === 'redirect_uri') return 'not_registered'
    return consent.cause === 'id' || consent.cause === 'id_or_secret' ? 'unknown_client' : 'registered'
  }
  if (of.name === 'calendly' || reply === null) return 'not_shown'
  const { verdict } = reply
  if (verdict.kind === 'accepted') return 'registered'
  if (verdict.kind !== 'refused') return 'not_shown'
  if (verdict.cause === 'redirect_uri') return 'not_registered'
  if (verdict.cause === 'secret') return 'registered'
  return verdict.cause === 'id' ? 'unknown_client' : 'not_shown'
}

/** What is wrong with where the consent page is looked for. */
function addressOf(of: SetClient, { provider }: Client, consent: ConsentVerdict): Finding | null {
  const setting = of.name === 'calendly' ? 'CALENDLY_AUTH_URL' : 'CALCOM_APP_URL'
  const where = placeOf(provider.authorizationEndpoint)
  if (consent.kind === 'unreached')
    return wrong(`The consent page of ${of.title}: ${where} ${consent.unreached.what}.`, consent.unreached.fix)
  if (consent.kind !== 'foreign') return null
  const part = of.name === 'calendly' ? '/calendly/auth' : '/calcom/app'
  return wrong(
    `There is no consent page of ${of.title} at ${provider.authorizationEndpoint} (${consent.status}).`,
    of.isSandbox
      ? `Set ${setting} to ${new URL(provider.authorizationEndpoint).origin}${part}, as "punctual sandbox" prints it.`
      : `Correct ${setting}: the address of the consent page without /${of.name === 'calendly' ? 'oauth' : 'auth/oauth2'}/authorize.`,
  )
}

/** The rules of the real providers: docs/providers/calendly.md and docs/providers/calcom.md. */
function againstRules({ name, title }: SetClient, uri: URL): readonly Finding[] {
  const isHttp = uri.protocol === 'http:'
  if (name === 'calcom')
    return isHttp && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(uri.hostname) && !uri.hostname.endsWith('.local')
      ? [
          wrong(
            `${title} takes http for localhost, 127.0.0.1, [::1] and names that end in .local alone; this is ${uri.host}.`,
            `Set PUNCTUAL_URL to http://localhost:${uri.port || '80'}, or to an https address.`,
          ),
        ]
      : []
  if (!isHttp) return []
  if (uri.hostname === 'localhost')
    return [
      ok(`${title} takes http for localhost in an app of the environment Sandbox; one for production needs https.`),
    ]
  return [
    unknown(
      `${title} documents plain http for localhost alone, not for ${uri.hostname}${isLoopback(uri) ? '' : ' or any other host'}.`,
      `Set PUNCTUAL_URL to http://localhost:${uri.port || '80'}, and use an app of the environment Sandbox.`,
    ),
  ]
}
