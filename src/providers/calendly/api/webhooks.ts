// Webhook subscriptions by hand. `punctual.webhooks.subscribe` keeps one alive by itself. A disabled one stays so: delete
// it and create it anew.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import type { ListOptions } from '../../api/list.ts'
import { checkParameters, listOf, oneOf, parameters, queryOf, text, webAddress } from '../../api/parameters.ts'
import { checkShape } from '../../api/response.ts'
import { maybe, type Open, shapeOf } from '../../api/shape.ts'
import { withOrganization } from './current-organization.ts'
import { resource } from './envelope.ts'
import { callAt, groupUri, organizationUri, subscriptionUri, userUri } from './references.ts'
import { pageSize } from './scheduled-events.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Webhook Subscription" */
export interface CalendlyWebhookSubscription {
  readonly uri: string
  readonly callback_url: string
  readonly state: Open<'active' | 'disabled'>
  readonly events: readonly string[]
  readonly scope: Open<'user' | 'organization' | 'group'>
  readonly organization: string
  readonly user?: string | null
  readonly group?: string | null
  readonly creator?: string | null
  /** Set while deliveries fail; after 24 hours of it the subscription is disabled. */
  readonly retry_started_at?: string | null
  readonly created_at?: string | null
  readonly updated_at?: string | null
}

/** What a webhook would bring. */
export interface CalendlyWebhookMessage {
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly created_at?: string | null
  readonly created_by?: string | null
}

export type CalendlyWebhookEvent = Open<
  | 'invitee.created'
  | 'invitee.canceled'
  | 'invitee_no_show.created'
  | 'invitee_no_show.deleted'
  | 'routing_form_submission.created'
>

/** Whose events. `scope` is `user` unless given; `user` is then the connection's own. */
export interface CalendlySubject {
  /** Default: the user's current one, read from `users/me` (scope `users:read`). */
  readonly organization?: string | undefined
  readonly scope?: 'user' | 'organization' | 'group' | undefined
  readonly user?: string | undefined
  readonly group?: string | undefined
}

export interface CalendlyWebhookSubscriptionsQuery extends CalendlySubject {
  readonly sort?: 'created_at:asc' | 'created_at:desc' | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface CalendlyNewWebhookSubscription extends CalendlySubject {
  readonly url: string
  readonly events: readonly CalendlyWebhookEvent[]
  /** An OAuth app has one key of its own. Shipped clients rely on this one to take its place; it is not documented. */
  readonly signing_key?: string | undefined
}

export interface CalendlySampleQuery extends CalendlySubject {
  readonly event: CalendlyWebhookEvent
}

export interface WebhookSubscriptionCalls {
  /** Scope `webhooks:read`. */
  webhookSubscriptions(
    query?: CalendlyWebhookSubscriptionsQuery,
    options?: ListOptions,
  ): Pages<CalendlyWebhookSubscription>
  /** Scope `webhooks:read`. */
  webhookSubscription(uri: string, options?: CallOptions): Promise<CalendlyWebhookSubscription>
  /**
   * Scope `webhooks:write` and the read scope of the events; where one of these lacks, Calendly says no more than
   * `invalid_request`. `provider_refused`, reason `already_exists`: the address has a subscription, perhaps a disabled one.
   */
  createWebhookSubscription(
    subscription: CalendlyNewWebhookSubscription,
    options?: CallOptions,
  ): Promise<CalendlyWebhookSubscription>
  /** Scope `webhooks:write`. */
  deleteWebhookSubscription(uri: string, options?: CallOptions): Promise<void>
  /** Scope `webhooks:read`. */
  sampleWebhookData(query: CalendlySampleQuery, options?: CallOptions): Promise<CalendlyWebhookMessage>
}

const maybeText = maybe(z.string())

const subscription = shapeOf<CalendlyWebhookSubscription>({
  uri: z.string(),
  callback_url: z.string(),
  state: z.string(),
  events: z.array(z.string()),
  scope: z.string(),
  organization: z.string(),
  user: maybeText,
  group: maybeText,
  creator: maybeText,
  retry_started_at: maybeText,
  created_at: maybeText,
  updated_at: maybeText,
})

const message = shapeOf<CalendlyWebhookMessage>({
  event: z.string(),
  payload: z.record(z.string(), z.unknown()),
  created_at: maybeText,
  created_by: maybeText,
})

const subject = {
  organization: organizationUri.optional(),
  scope: oneOf('user', 'organization', 'group').optional(),
  user: userUri.optional(),
  group: groupUri.optional(),
}

const subscriptionsQuery = parameters<CalendlyWebhookSubscriptionsQuery>({
  ...subject,
  sort: oneOf('created_at:asc', 'created_at:desc').optional(),
  count: pageSize,
})

const newSubscription = parameters<CalendlyNewWebhookSubscription>({
  ...subject,
  url: webAddress,
  events: listOf(text, { least: 1 }),
  signing_key: text.optional(),
})

const sampleQuery = parameters<CalendlySampleQuery>({ ...subject, event: text })

export function webhookSubscriptionCalls(api: ApiCaller): WebhookSubscriptionCalls {
  return {
    webhookSubscriptions(given, options) {
      const query = checkParameters('calendly.webhookSubscriptions', subscriptionsQuery, given)
      return listSubscriptions(api, withSubject(api, query), options)
    },
    webhookSubscription: (uri, options) =>
      callAt(
        api,
        subscriptionUri,
        uri,
        { place: 'calendly.webhookSubscription', shape: resource(subscription) },
        options,
      ),
    async createWebhookSubscription(given, options) {
      const place = 'calendly.createWebhookSubscription'
      const wanted = withSubject(api, checkParameters(place, newSubscription, given))
      const asked = { place, method: 'POST', path: '/webhook_subscriptions', shape: resource(subscription) } as const
      const create = (organization: string) => callApi(api, { ...asked, body: { ...wanted, organization } }, options)
      return withOrganization(api, place, given.organization, create, options)
    },
    deleteWebhookSubscription: (uri, options) =>
      callAt(
        api,
        subscriptionUri,
        uri,
        { place: 'calendly.deleteWebhookSubscription', method: 'DELETE', shape: null },
        options,
      ),
    async sampleWebhookData(given, options) {
      const place = 'calendly.sampleWebhookData'
      const wanted = withSubject(api, checkParameters(place, sampleQuery, given))
      const read = (organization: string) =>
        callApi(
          api,
          { place, path: '/sample_webhook_data', query: { ...wanted, organization }, shape: message },
          options,
        )
      return withOrganization(api, place, given.organization, read, options)
    },
  }
}

function withSubject(api: ApiCaller, given: Record<string, unknown>): Record<string, unknown> {
  const { scope = 'user' } = given
  return { ...(scope === 'user' && { user: api.account.id }), ...given, scope }
}

/** A list whose first page may have to wait for the organization. Until then its position is the empty text. */
function listSubscriptions(
  api: ApiCaller,
  query: Record<string, unknown>,
  { from = '', ...options }: ListOptions = {},
): Pages<CalendlyWebhookSubscription> {
  const place = 'calendly.webhookSubscriptions'
  let pages: Pages<unknown> | null = null
  return {
    get position() {
      return pages ? pages.position : from
    },
    async *[Symbol.asyncIterator]() {
      const named = query.organization as string | undefined
      const begun = pages || from ? await begin() : await withOrganization(api, place, named, begin, options)
      pages = begun.pages
      try {
        for (let step = begun.first; !step.done; step = await begun.items.next())
          yield checkShape(place, subscription, step.value)
      } finally {
        await begun.items.return?.()
      }
    },
  }

  async function begin(organization?: string) {
    const path = `/webhook_subscriptions${queryOf(organization === undefined ? query : { ...query, organization })}`
    const found = pages ?? api.pages(path, from ? { ...options, from } : options)
    const items = found[Symbol.asyncIterator]()
    return { pages: found, items, first: await items.next() }
  }
}
