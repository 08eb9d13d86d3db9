// Whether the scopes that are asked for exist, and whether the app may ask for them.

import type { Client } from '../../../core/provider.ts'
import { distanceOf } from '../../settings/env-file.ts'
import type { SetClient } from '../probes/clients.ts'
import { type ConsentVerdict, openConsentPage } from '../probes/consent-page.ts'
import { consoleOf } from '../words/provider-words.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { type Finding, ok, together, unknown, wrong } from './finding.ts'

export function scopesCheck(of: SetClient, { read, ask, consent, callbackOf }: Place): Check {
  const setting = `${of.prefix}_SCOPES`
  return {
    id: `scopes:${of.name}`,
    async run() {
      const problem = problemWith(read, setting) ?? (of.scopesProblem && `${setting}: ${of.scopesProblem}`)
      if (problem !== null) return wrong(problem, fixOf(of))
      if (of.client === null) return unknown(`the client cannot be made (see credentials:${of.name}).`)
      const spelt = misspelt(of, of.client)
      if (spelt !== null) return spelt
      return together([...remarks(of, of.client), await judge(of.client, await consent(of))], ok(''))
    },
  }

  async function judge(client: Client, page: ConsentVerdict | null): Promise<Finding> {
    const asked = client.scopes.join(' ')
    if (page?.kind === 'accepted') return ok(`${of.title} lets the app ask for ${asked}.`)
    if (page?.kind === 'refused' && /^scope/.test(page.cause)) return wrong(await refusedScopes(client, page), page.fix)
    const enable = `Enable them on the app at ${consoleOf[of.name]}: ${asked}`
    if (page?.kind === 'refused')
      return unknown(`${of.title} refuses the request for another reason first (see callback and credentials).`, enable)
    return unknown(
      `${of.title} shows only to a person who is signed in which scopes are enabled on the app. Their names are right.`,
      enable,
    )
  }

  /** Which of them it is shows when each is asked for alone. */
  async function refusedScopes(client: Client, page: ConsentVerdict & { readonly kind: 'refused' }): Promise<string> {
    const redirectUri = callbackOf(of)
    const refused = await Promise.all(
      client.scopes.map(async (scope) => {
        const alone = await openConsentPage(ask, of.name, client, { redirectUri, scopes: [scope] })
        return alone.kind === 'refused' && /^scope/.test(alone.cause) ? [scope] : []
      }),
    )
    const which = refused.flat()
    return which.length === 0 ? page.what : `${page.what} Refused: ${which.join(' ')}.`
  }
}

function misspelt({ title, prefix, name }: SetClient, { provider, scopes }: Client): Finding | null {
  const known = provider.scopes ?? []
  const odd = scopes.filter((scope) => !known.includes(scope))
  if (odd.length > 0) {
    const each = odd.map((scope) => {
      const near = known
        .map((one) => ({ one, changes: distanceOf(one.toLowerCase(), scope.toLowerCase()) }))
        .filter(({ changes }) => changes <= 3)
        .sort((a, b) => a.changes - b.changes)[0]?.one
      return near === undefined ? scope : `${scope} (did you mean ${near}?)`
    })
    return wrong(
      `${title} documents no scope of the name ${each.join(', ')}.`,
      `Correct ${prefix}_SCOPES. A scope that is newer than this version can be asked for once the app has it: try it in the browser.`,
    )
  }
  if (name === 'calendly' && scopes.includes('default') && scopes.length > 1)
    return wrong(
      'CALENDLY_SCOPES has "default" beside other scopes. An app from before March 2026 has "default" alone, a newer one has no "default".',
      'Set CALENDLY_SCOPES to "default" alone, or to the scopes that are enabled on the app.',
    )
  return null
}

/** What will not work with these scopes, though nothing is wrong with them. */
function remarks({ name }: SetClient, { scopes, provider }: Client): readonly Finding[] {
  if (scopes.includes('default') || scopes.includes('READ_PROFILE')) return []
  const account = provider.accountScopes.filter((scope) => !scopes.includes(scope))
  const withoutRead =
    name === 'calcom'
      ? scopes.filter((scope) => scope.endsWith('_WRITE') && !scopes.includes(scope.replace(/_WRITE$/, '_READ')))
      : []
  return [
    ...(account.length === 0 ? [] : [ok(`Without ${account.join(' ')} an account has no name.`)]),
    ...withoutRead.map((scope) => ok(`${scope} does not include ${scope.replace(/_WRITE$/, '_READ')} at Cal.com.`)),
  ]
}

function fixOf({ name, prefix }: SetClient): string {
  const example = name === 'calendly' ? 'users:read event_types:read' : 'PROFILE_READ BOOKING_READ'
  return `Set ${prefix}_SCOPES to names as the provider writes them, with a space between them, such as ${example}; or remove it for the default.`
}
