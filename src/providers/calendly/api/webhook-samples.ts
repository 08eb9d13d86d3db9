// Sample data of webhooks: what a subscription would bring.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, parameters, text } from '../../api/parameters.ts'
import { maybeText, shapeOf } from '../../api/shape.ts'
import { withOrganization } from './current-organization.ts'
import { type CalendlyWebhookScope, webhookScope, withScope } from './webhook-scope.ts'
import type { CalendlyWebhookEvent } from './webhooks.ts'

/** What a webhook would bring. */
export interface CalendlyWebhookMessage {
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly created_at?: string | null
  readonly created_by?: string | null
}

export interface CalendlySampleQuery extends CalendlyWebhookScope {
  readonly event: CalendlyWebhookEvent
}

export interface WebhookSampleCalls {
  /** Scope `webhooks:read`. */
  sampleWebhookData(query: CalendlySampleQuery, options?: CallOptions): Promise<CalendlyWebhookMessage>
}

const message = once(() =>
  shapeOf<CalendlyWebhookMessage>({
    event: z.string(),
    payload: z.record(z.string(), z.unknown()),
    created_at: maybeText(),
    created_by: maybeText(),
  }),
)

const sampleQuery = once(() => parameters<CalendlySampleQuery>({ ...webhookScope(), event: text() }))

export function webhookSampleCalls(api: ApiCaller): WebhookSampleCalls {
  return {
    async sampleWebhookData(given, options) {
      const place = 'calendly.sampleWebhookData'
      const wanted = withScope(api, checkParameters(place, sampleQuery, given))
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
