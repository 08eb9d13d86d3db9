// Webhooks of the user, and of one event type, by hand; `punctual.webhooks.subscribe` keeps one alive by itself.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import {
  checkArgument,
  checkParameters,
  flag,
  listOf,
  oneOf,
  parameters,
  text,
  webAddress,
} from '../../api/parameters.ts'
import { maybeNumber, maybeText, type Open, shapeOf } from '../../api/shape.ts'
import { data } from './envelope.ts'
import { pageSize } from './page-size.ts'
import { number, webhookId } from './references.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Webhooks" */
export interface CalcomWebhook {
  /** A text, though Cal.com's description of its API says number. */
  readonly id: string | number
  readonly subscriberUrl: string
  readonly triggers: readonly string[]
  readonly active: boolean
  readonly userId?: number | null
  readonly eventTypeId?: number | null
  readonly payloadTemplate?: string | null
  readonly secret?: string | null
}

export type CalcomTrigger = Open<
  | 'BOOKING_CREATED'
  | 'BOOKING_RESCHEDULED'
  | 'BOOKING_REQUESTED'
  | 'BOOKING_CANCELLED'
  | 'BOOKING_REJECTED'
  | 'BOOKING_NO_SHOW_UPDATED'
>

export interface CalcomNewWebhook {
  readonly subscriberUrl: string
  readonly triggers: readonly CalcomTrigger[]
  /** Default true. */
  readonly active?: boolean | undefined
  /** Without one, forged deliveries cannot be recognized. */
  readonly secret?: string | undefined
  readonly payloadTemplate?: string | undefined
  readonly version?: '2021-10-20' | undefined
}

export type CalcomWebhookChange = { readonly [Name in keyof CalcomNewWebhook]?: CalcomNewWebhook[Name] | undefined }

export interface CalcomWebhooksQuery {
  /** Items a page, 1 to 250. Default 250. */
  readonly take?: number | undefined
}

/** The webhooks of the user, or of one event type. */
export interface WebhookCalls {
  /** Scope `WEBHOOK_READ`. */
  webhooks(query?: CalcomWebhooksQuery, options?: ListOptions): Pages<CalcomWebhook>
  /** Scope `WEBHOOK_READ`. */
  webhook(id: string | number, options?: CallOptions): Promise<CalcomWebhook>
  /** Scope `WEBHOOK_WRITE`. `provider_refused`, reason `already_exists`: the address has a webhook. */
  createWebhook(webhook: CalcomNewWebhook, options?: CallOptions): Promise<CalcomWebhook>
  /** Scope `WEBHOOK_WRITE`. */
  updateWebhook(id: string | number, change: CalcomWebhookChange, options?: CallOptions): Promise<CalcomWebhook>
  /** Returns what was deleted. Scope `WEBHOOK_WRITE`. */
  deleteWebhook(id: string | number, options?: CallOptions): Promise<CalcomWebhook>
}

export interface EventTypeWebhookCalls {
  /** The webhooks of one event type: they receive its bookings only, and are not listed among those of the user. */
  ofEventType(id: number): WebhookCalls
}

const webhook = once(() =>
  shapeOf<CalcomWebhook>({
    id: z.union([z.string(), z.number()]),
    subscriberUrl: z.string(),
    triggers: z.array(z.string()),
    active: z.boolean(),
    userId: maybeNumber(),
    eventTypeId: maybeNumber(),
    payloadTemplate: maybeText(),
    secret: maybeText(),
  }),
)

const webhooksQuery = once(() => parameters<CalcomWebhooksQuery>({ take: pageSize() }))

const settings = once(() => ({
  active: flag().optional(),
  secret: text().optional(),
  payloadTemplate: text().optional(),
  version: oneOf('2021-10-20').optional(),
}))
const triggers = once(() => listOf(text(), { least: 1 }))

const newWebhook = once(() =>
  parameters<CalcomNewWebhook>({ ...settings(), subscriberUrl: webAddress(), triggers: triggers() }),
)

const webhookChange = once(() =>
  parameters<CalcomWebhookChange>({
    ...settings(),
    subscriberUrl: webAddress().optional(),
    triggers: triggers().optional(),
  }),
)

export function webhookCalls(api: ApiCaller): WebhookCalls & EventTypeWebhookCalls {
  return {
    ...webhooksAt(api, '/v2/webhooks', 'calcom'),
    ofEventType(id) {
      const type = checkArgument('calcom.ofEventType', 'id', number, id)
      return webhooksAt(api, `/v2/event-types/${type}/webhooks`, `calcom.ofEventType(${type})`)
    },
  }
}

function webhooksAt(api: ApiCaller, all: string, prefix: string): WebhookCalls {
  const one = (place: string, id: string | number): string => `${all}/${checkArgument(place, 'id', webhookId, id)}`
  return {
    webhooks(given, options) {
      const place = `${prefix}.webhooks`
      return list(
        api,
        { place, path: all, query: checkParameters(place, webhooksQuery, given), item: webhook },
        options,
      )
    },
    async webhook(id, options) {
      const place = `${prefix}.webhook`
      return callApi(api, { place, path: one(place, id), shape: data(webhook) }, options)
    },
    async createWebhook(given, options) {
      const place = `${prefix}.createWebhook`
      const body = { active: true, ...checkParameters(place, newWebhook, given) }
      return callApi(api, { place, method: 'POST', path: all, body, shape: data(webhook) }, options)
    },
    async updateWebhook(id, change, options) {
      const place = `${prefix}.updateWebhook`
      const body = checkParameters(place, webhookChange, change)
      return callApi(api, { place, method: 'PATCH', path: one(place, id), body, shape: data(webhook) }, options)
    },
    async deleteWebhook(id, options) {
      const place = `${prefix}.deleteWebhook`
      return callApi(api, { place, method: 'DELETE', path: one(place, id), shape: data(webhook) }, options)
    },
  }
}
