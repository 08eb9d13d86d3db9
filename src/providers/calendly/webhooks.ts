// Calendly's webhooks (facts of November 2026): one signing key for each OAuth app, an organization that must be named,
// no update, no way to enable a disabled one again. Shipped OAuth clients rely on a `signing_key` of their own; that it
// takes precedence over the app's key is not documented, so none is sent, and the app's key signs in either case.

import { PunctualError } from '../../core/errors.ts'
import { membersOf, textsOf } from '../../core/json.ts'
import type { DesiredWebhook, FoundWebhook, ProviderWebhooks, WebhookCall } from '../../core/webhooks.ts'
import { claim, read } from './deliveries.ts'
import { notGranted } from './scopes.ts'

interface Family {
  /** The scope that allows to read its resources. */
  readonly reads: string
  readonly events: readonly string[]
  /** The scopes of subscription that offer its events. Those of `event_type` are not documented: Calendly decides. */
  readonly scopes: readonly string[]
}

const bookingEvents = ['invitee.created', 'invitee.canceled', 'invitee_no_show.created', 'invitee_no_show.deleted']

const families: readonly Family[] = [
  {
    reads: 'scheduled_events:read',
    events: bookingEvents,
    scopes: ['user', 'organization'],
  },
  { reads: 'routing_forms:read', events: ['routing_form_submission.created'], scopes: ['organization'] },
  {
    reads: 'meeting_recaps:read',
    events: ['meeting_recap.created', 'meeting_recap.updated', 'meeting_recap.deleted'],
    scopes: ['user'],
  },
  {
    reads: 'contacts:read',
    events: ['contact.created', 'contact.updated', 'contact.deleted'],
    scopes: ['user', 'organization'],
  },
  {
    reads: 'event_types:read',
    events: ['event_type.created', 'event_type.updated', 'event_type.deleted'],
    scopes: ['user', 'organization'],
  },
]

export const webhooks: ProviderWebhooks = {
  scopes: ['user', 'organization'],
  bookings: bookingEvents,
  signedBy: 'client',
  // Calendly retries for 24 hours. It is not known whether each retry has a new signature. If not, the last one is 24
  // hours old.
  toleranceMs: 90_000_000,
  problem,
  missingScopes,
  create,
  find,
  remove,
  claim,
  read,
}

function problem(events: readonly string[], scope: string): string | null {
  for (const event of events) {
    const family = families.find((one) => one.events.includes(event))
    if (!family)
      return `has no event ${JSON.stringify(event)}: it has ${families.flatMap((one) => one.events).join(', ')}`
    if (!family.scopes.includes(scope)) return `has "${event}" with the scope "${family.scopes.join('" or "')}" only`
  }
  return null
}

function missingScopes(granted: readonly string[], events: readonly string[]): readonly string[] {
  return notGranted(granted, neededFor(events))
}

function neededFor(events: readonly string[]): string[] {
  const reads = families
    .filter((family) => events.some((event) => family.events.includes(event)))
    .map((one) => one.reads)
  return ['users:read', 'webhooks:write', ...reads]
}

/** The organization of the token response goes stale when a user changes it, so the current one is read. */
async function organizationOf(call: WebhookCall): Promise<string> {
  const me = await call('GET', '/users/me')
  if (me.failure) throw me.failure
  const { current_organization } = membersOf(membersOf(me.json).resource)
  if (typeof current_organization === 'string') return current_organization
  throw unexpected('GET /users/me names no current organization')
}

async function create(call: WebhookCall, desired: DesiredWebhook): Promise<string | null> {
  const { address: url, events, scope, account } = desired
  const organization = await organizationOf(call)
  const whose = { organization, scope, ...(scope === 'user' && { user: account }) }
  const answer = await call('POST', '/webhook_subscriptions', { url, events, ...whose })
  if (answer.status === 409) return null
  if (answer.status === 400) throw explained(answer.failure, events)
  if (answer.failure) throw answer.failure
  return referenceOf(membersOf(answer.json).resource)
}

/**
 * If a scope of an event's family is missing, Calendly returns 400 and does not mention scopes (observed, n8n issue
 * 33286).
 */
function explained(failure: PunctualError | null, events: readonly string[]): PunctualError {
  const needed = neededFor(events)
  const message =
    'Calendly refused the subscription as an invalid request, which it also does when a scope is missing: ' +
    `these events need ${needed.join(', ')}. Check that the app has these scopes and the person has granted them.`
  const details = {
    reason: 'invalid_request',
    scopes: needed,
    answer: failure?.answer,
    cause: failure ?? undefined,
  } as const
  return new PunctualError('provider_refused', message, details)
}

async function find(call: WebhookCall, desired: DesiredWebhook): Promise<FoundWebhook | null> {
  const organization = await organizationOf(call)
  const query = new URLSearchParams({ organization, scope: desired.scope, count: '100' })
  if (desired.scope === 'user') query.set('user', desired.account)
  for (let path = `/webhook_subscriptions?${query}`, pages = 0; ; pages++) {
    const answer = await call('GET', path)
    if (answer.failure) throw answer.failure
    const { collection, pagination } = membersOf(answer.json)
    if (!Array.isArray(collection)) throw unexpected('the list of subscriptions has no collection')
    const found = collection.map(membersOf).find((one) => one.callback_url === desired.address)
    if (found) return stateOf(found, desired)
    const next = membersOf(pagination).next_page
    if (typeof next !== 'string') return null
    if (next === path || pages === 100) throw unexpected('the list of subscriptions does not end')
    // A page token is bound to its query: the address is followed as it is.
    path = next
  }
}

function stateOf(found: Readonly<Record<string, unknown>>, desired: DesiredWebhook): FoundWebhook {
  const reference = referenceOf(found)
  if (reference === null) throw unexpected('a subscription has no uri')
  if (found.state !== 'active') return { reference, state: 'disabled' }
  const events = textsOf(found.events)
  const same = events.length === desired.events.length && desired.events.every((event) => events.includes(event))
  return { reference, state: same ? 'as_desired' : 'different' }
}

async function remove(call: WebhookCall, reference: string): Promise<void> {
  const answer = await call('DELETE', `/webhook_subscriptions/${encodeURIComponent(reference)}`)
  if (answer.failure && answer.status !== 404) throw answer.failure
}

/** The last part of the URI. */
function referenceOf(resource: unknown): string | null {
  const { uri } = membersOf(resource)
  return typeof uri === 'string' ? (/\/([\w-]+)$/.exec(uri)?.[1] ?? null) : null
}

function unexpected(what: string): PunctualError {
  const message = `Calendly’s answer is not as documented: ${what}.`
  return new PunctualError('provider_unavailable', message, { reason: 'unexpected_answer', retryable: true })
}
