// Whether a provider's webhooks can arrive and be verified.

import type { SetClient } from '../probes/clients.ts'
import { whereNameLeads, whyNotPublic } from '../probes/hosts.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { type Finding, ok, together, unknown, wrong } from './finding.ts'

export function webhooksCheck(of: SetClient, { read, baseUrl }: Pick<Place, 'read' | 'baseUrl'>): Check {
  return {
    id: `webhooks:${of.name}`,
    async run() {
      const key = [...keyFindings(read, of)]
      if (of.client !== null && !asksForWebhooks(of))
        return together(key, ok('The scopes ask for no webhooks, so none can be subscribed to.'))
      const problem = problemWith(read, 'PUNCTUAL_URL')
      const address =
        problem === null
          ? await addressFinding(of, new URL(baseUrl))
          : wrong(
              `The address for webhooks follows from PUNCTUAL_URL, which is wrong: ${problem}`,
              'Correct PUNCTUAL_URL.',
            )
      return together([...key, address], ok(''))
    },
  }
}

function asksForWebhooks({ client }: SetClient): boolean {
  return client?.scopes.some((scope) => scope === 'default' || /^webhooks:|WEBHOOK/.test(scope)) ?? true
}

async function addressFinding({ title, isSandbox, name }: SetClient, url: URL): Promise<Finding> {
  const where = `${url.href.replace(/\/$/, '')}/webhooks/${name}/…`
  if (isSandbox) return ok(`The sandbox posts webhooks to ${where}.`)
  const why = whyNotPublic(url)
  const publish = `Set PUNCTUAL_URL to a public https address: that of your proxy, or of a tunnel to this machine. Without it everything but webhooks works.`
  if (why !== null)
    return wrong(`${title} cannot reach ${url.hostname}, which ${why}: webhooks do not arrive.`, publish)
  if (url.protocol !== 'https:') return wrong(`${title} would post webhooks over plain http.`, publish)
  const { kind } = await whereNameLeads(url, 3000)
  if (kind === 'private')
    return unknown(
      `${url.hostname} leads to a private address here; outside it may lead elsewhere.`,
      `See that ${url.hostname} leads to a public address for the rest of the world.`,
    )
  if (kind === 'public') return ok(`${title} posts webhooks to ${where}, a public https address.`)
  return unknown(
    `the name ${url.hostname} cannot be looked up.`,
    `See that the world finds ${url.hostname}, over https.`,
  )
}

/** Calendly signs with one key for each app, Cal.com with a secret for each subscription, which Punctual makes. */
function* keyFindings({ settings, given }: Place['read'], of: SetClient): Generator<Finding> {
  if (of.name === 'calcom') return
  const text = given('CALENDLY_WEBHOOK_KEY')
  if (text === null) {
    if (!of.isBuiltIn && asksForWebhooks(of))
      yield ok(
        'CALENDLY_WEBHOOK_KEY is not set: without it no webhook can be subscribed to (client_misconfigured, no_webhook_key).',
      )
    return
  }
  const fix =
    'Set CALENDLY_WEBHOOK_KEY to the webhook signing key that Calendly showed when the app was made. It is shown once; the support of Calendly can tell it again.'
  const { clientId, clientSecret } = settings.calendly.credentials ?? {}
  for (const key of text.split(',').map((one) => one.trim())) {
    if (key === '') yield wrong('CALENDLY_WEBHOOK_KEY has an empty part.', 'Separate two keys by one comma.')
    else if (key === clientSecret) yield wrong('CALENDLY_WEBHOOK_KEY is the client secret.', fix)
    else if (key === clientId) yield wrong('CALENDLY_WEBHOOK_KEY is the client id.', fix)
    else if (!/^[\x21-\x7e]+$/.test(key))
      yield wrong('CALENDLY_WEBHOOK_KEY has white space or foreign characters in it.', fix)
    else if (/^["']|["']$/.test(key)) yield wrong('CALENDLY_WEBHOOK_KEY has quotation marks around it.', fix)
    else if (key.startsWith('whsec_'))
      yield wrong('CALENDLY_WEBHOOK_KEY is a signing secret of events (whsec_…), not the key of a Calendly app.', fix)
    else if (/^(eyJ|https?:|pk_|\w+=)/.test(key))
      yield wrong('CALENDLY_WEBHOOK_KEY is something else than a signing key.', fix)
    else if (key.length < 8) yield wrong(`CALENDLY_WEBHOOK_KEY has ${key.length} characters: it was cut.`, fix)
    else if (key.length < 16)
      yield unknown(`Calendly does not document how long its keys are; ${key.length} characters are few for one.`, fix)
  }
}
