// Webhook subscriptions by hand; `punctual.webhooks.subscribe` keeps one alive by itself. A disabled one stays
// disabled: delete it and create another.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import type { ListOptions } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkParameters, listOf, oneOf, parameters, text, webAddress } from '../../api/parameters.ts'
import { maybeText, type Open, shapeOf } from '../../api/shape.ts'
import { listOfOrganization, withOrganization } from './current-organization.ts'
import { resource } from './envelope.ts'
import { pageSize } from './page-size.ts'
import { callAt, subscriptionUri } from './references.ts'
import { type CalendlyWebhookScope, webhookScope, withScope } from './webhook-scope.ts'

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

export type CalendlyWebhookEvent = Open<
  | 'invitee.created'
  | 'invitee.canceled'
  | 'invitee_no_show.created'
  | 'invitee_no_show.deleted'
  | 'routing_form_submission.created'
>

export interface CalendlyWebhookSubscriptionsQuery extends CalendlyWebhookScope {
  readonly sort?: 'created_at:asc' | 'created_at:desc' | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface CalendlyNewWebhookSubscription extends CalendlyWebhookScope {
  readonly url: string
  readonly events: readonly CalendlyWebhookEvent[]
  /** An OAuth app has one key of its own. Shipped clients rely on this one to take its place; it is not documented. */
  readonly signing_key?: string | undefined
}

export interface WebhookCalls {
  /** Scope `webhooks:read`. */
  webhookSubscriptions(
    query?: CalendlyWebhookSubscriptionsQuery,
    options?: ListOptions,
  ): Pages<CalendlyWebhookSubscription>
  /** Scope `webhooks:read`. */
  webhookSubscription(uri: string, options?: CallOptions): Promise<CalendlyWebhookSubscription>
  /**
   * Scope `webhooks:write` and the read scope of the events; if one of these is missing, Calendly returns only
   * `invalid_request`. `provider_refused`, reason `already_exists`: the address has a subscription, maybe a disabled
   * one.
   */
  createWebhookSubscription(
    subscription: CalendlyNewWebhookSubscription,
    options?: CallOptions,
  ): Promise<CalendlyWebhookSubscription>
  /** Scope `webhooks:write`. */
  deleteWebhookSubscription(uri: string, options?: CallOptions): Promise<void>
}

const subscription = once(() =>
  shapeOf<CalendlyWebhookSubscription>({
    uri: z.string(),
    callback_url: z.string(),
    state: z.string(),
    events: z.array(z.string()),
    scope: z.string(),
    organization: z.string(),
    user: maybeText(),
    group: maybeText(),
    creator: maybeText(),
    retry_started_at: maybeText(),
    created_at: maybeText(),
    updated_at: maybeText(),
  }),
)

const subscriptionsQuery = once(() =>
  parameters<CalendlyWebhookSubscriptionsQuery>({
    ...webhookScope(),
    sort: oneOf('created_at:asc', 'created_at:desc').optional(),
    count: pageSize(),
  }),
)

const newSubscription = once(() =>
  parameters<CalendlyNewWebhookSubscription>({
    ...webhookScope(),
    url: webAddress(),
    events: listOf(text(), { least: 1 }),
    signing_key: text().optional(),
  }),
)

export function webhookCalls(api: ApiCaller): WebhookCalls {
  return {
    webhookSubscriptions(given, options) {
      const place = 'calendly.webhookSubscriptions'
      const query = checkParameters(place, subscriptionsQuery, given)
      const whose = withScope(api, query)
      return listOfOrganization(
        api,
        { place, path: '/webhook_subscriptions', query: whose, item: subscription },
        options,
      )
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
      const wanted = withScope(api, checkParameters(place, newSubscription, given))
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
  }
}
