// Whether a provider accepts id and secret, and if not, which of them it is.

import type { Client } from '../../../core/provider.ts'
import type { SetClient } from '../probes/clients.ts'
import type { ConsentVerdict } from '../probes/consent-page.ts'
import { placeOf } from '../probes/request.ts'
import { askTokenEndpoint, type TokenVerdict } from '../probes/token-endpoint.ts'
import { consoleOf } from '../words/provider-words.ts'
import type { Check, Place } from './check.ts'
import { type Finding, ok, together, unknown, wrong } from './finding.ts'

export function credentialsCheck(of: SetClient, place: Pick<Place, 'ask' | 'consent' | 'tokenReply' | 'read'>): Check {
  const { ask, consent, tokenReply } = place
  const [idName, secretName] = namesOf(of)
  return {
    id: `credentials:${of.name}`,
    async run() {
      const { client } = of
      const reply = await tokenReply(of)
      if (client === null || reply === null)
        return wrong(
          of.problem ?? `${idName} is not set.`,
          /_URL /.test(of.problem ?? '')
            ? 'Set both addresses that "punctual sandbox" prints.'
            : `Set ${idName} and ${secretName} to those of your app at ${consoleOf[of.name]}.`,
        )
      return together([await judge(client, reply.verdict), ...(await apiOf(of, place, client))], ok(''))
    },
  }

  async function judge(client: Client, verdict: TokenVerdict): Promise<Finding> {
    switch (verdict.kind) {
      case 'accepted':
        return ok(of.isBuiltIn ? 'The sandbox accepts its built-in client.' : `${of.title} accepts id and secret.`)
      case 'limited':
        return unknown(`${of.title} refuses because of too many requests.`, 'Run this again in a minute.')
      case 'failed':
        return wrong(
          `The token endpoint of ${of.title} at ${placeOf(client.provider.tokenEndpoint)} has a fault of its own (${verdict.status}).`,
          'Wait until the provider works again. Punctual tries by itself; no person has to reconnect.',
        )
      case 'unreached':
        return wrong(
          `The token endpoint of ${of.title}: ${placeOf(client.provider.tokenEndpoint)} ${verdict.unreached.what}.`,
          of.isSandbox
            ? `Start "punctual sandbox", or correct its address. ${verdict.unreached.fix}`
            : verdict.unreached.fix,
        )
      case 'foreign':
        return foreign(of, client, verdict.status)
      case 'refused':
        return refused(client, verdict)
    }
  }

  async function refused(client: Client, verdict: TokenVerdict & { readonly kind: 'refused' }): Promise<Finding> {
    switch (verdict.cause) {
      case 'redirect_uri': {
        // The id is right. Without an address the secret is looked at.
        const again = (await askTokenEndpoint(ask, of.name, client, '')).verdict
        return again.kind === 'refused' && again.cause === 'redirect_uri'
          ? unknown(`${of.title} refuses the redirect URI first (see callback:${of.name}).`)
          : judge(client, again)
      }
      case 'id':
        return wrongId(of, client)
      case 'secret':
        return wrongSecret(of)
      case 'id_or_secret':
        return which(of, await consent(of), client)
      default:
        return wrong(verdict.what, verdict.fix)
    }
  }
}

function namesOf({ prefix }: SetClient): readonly [id: string, secret: string] {
  return [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`]
}

/** The token endpoint says the same for both; the consent page may know the id. */
function which(of: SetClient, page: ConsentVerdict | null, client: Client): Finding {
  const [idName, secretName] = namesOf(of)
  if (page?.kind === 'accepted') return wrongSecret(of)
  if (page?.kind === 'refused') return page.cause === 'id_or_secret' ? wrongId(of, client) : wrongSecret(of)
  return wrong(
    `${of.title} does not know the client id in ${idName}, or ${secretName} is not its secret. It says the same for both, and shows no more without a person who is signed in.`,
    `Compare ${idName} with the one at ${consoleOf[of.name]} first. If it is the same, the secret is wrong: make a new one, or a new app.`,
  )
}

function wrongId(of: SetClient, { clientId }: Client): Finding {
  const [idName, secretName] = namesOf(of)
  const odd =
    of.name === 'calcom' && !of.isSandbox && !/^[0-9a-f]{64}$/.test(clientId)
      ? ` It has ${clientId.length} characters; an id of Cal.com has 64 (0-9, a-f).`
      : ''
  return wrong(
    `${of.title} does not know the client id in ${idName}.${odd}`,
    of.isSandbox
      ? `A sandbox knows its built-in client, and those that you register there: remove ${idName} and ${secretName} to use the built-in one.`
      : `Copy ${idName} again from ${consoleOf[of.name]}. See that it is not the secret, and not the id at another provider.`,
  )
}

function wrongSecret(of: SetClient): Finding {
  const [idName, secretName] = namesOf(of)
  return wrong(
    `${of.title} knows the client id in ${idName}, and ${secretName} is not its secret: it was cut or changed, replaced at the provider, or belongs to another app.`,
    `Copy ${secretName} again from where you kept it, or make a new one at ${consoleOf[of.name]}. Id and secret must be those of one app.`,
  )
}

function foreign(of: SetClient, { provider }: Client, status: number): Finding {
  const setting = of.name === 'calendly' ? 'CALENDLY_AUTH_URL' : 'CALCOM_API_URL'
  const part = of.name === 'calendly' ? '/calendly/auth' : '/calcom/api'
  return wrong(
    `What answers at ${provider.tokenEndpoint} (${status}) is not a token endpoint of ${of.title}.`,
    of.isSandbox
      ? `Set ${setting} to ${new URL(provider.tokenEndpoint).origin}${part}, as "punctual sandbox" prints it.`
      : `Correct ${setting}${of.name === 'calcom' ? ': the address of the API without /v2' : ', or remove it'}. If it is right, a proxy or firewall answers in its place.`,
  )
}

/** Calendly's API has an address of its own. Without a token it refuses everybody, in its own words. */
async function apiOf(
  of: SetClient,
  { read, ask }: Pick<Place, 'ask' | 'read'>,
  { provider }: Client,
): Promise<readonly Finding[]> {
  if (of.name !== 'calendly' || read.settings.calendly.hosts?.api === undefined) return []
  const asked = await ask(`${provider.apiBase}/users/me`)
  if ('unreached' in asked)
    return [wrong(`The API of ${of.title}: ${placeOf(provider.apiBase)} ${asked.unreached.what}.`, asked.unreached.fix)]
  if (asked.reply.status === 401 || asked.reply.status === 429) return []
  return [
    wrong(
      `What answers at ${provider.apiBase} (${asked.reply.status}) is not the API of ${of.title}.`,
      of.isSandbox
        ? `Set CALENDLY_API_URL to ${new URL(provider.apiBase).origin}/calendly/api, as "punctual sandbox" prints it.`
        : 'Correct CALENDLY_API_URL, or remove it.',
    ),
  ]
}
