// Calendly names everything by its whole URI, in parameters too: it returns 400 or 404 for a bare id. A bare
// id is therefore refused here, and so is the URI of another kind of resource.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type ApiRequest, type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkArgument, type Parameter } from '../../api/parameters.ts'

export const userUri: () => Parameter<string> = uriOf('a user', 'users')
export const organizationUri: () => Parameter<string> = uriOf('an organization', 'organizations')
export const groupUri: () => Parameter<string> = uriOf('a group', 'groups')
export const eventTypeUri: () => Parameter<string> = uriOf('an event type', 'event_types')
export const scheduledEventUri: () => Parameter<string> = uriOf('a scheduled event', 'scheduled_events')
export const inviteeUri: () => Parameter<string> = uriOf('an invitee', 'scheduled_events', 'invitees')
export const noShowUri: () => Parameter<string> = uriOf('a no-show', 'invitee_no_shows')
export const scheduleUri: () => Parameter<string> = uriOf('an availability schedule', 'user_availability_schedules')
export const subscriptionUri: () => Parameter<string> = uriOf('a webhook subscription', 'webhook_subscriptions')

/** Calls the resource with that URI, or a path below it. */
export async function callAt<Value>(
  api: ApiCaller,
  kind: () => Parameter<string>,
  uri: string,
  { below = '', ...asked }: Omit<ApiRequest<Value>, 'path'> & { readonly below?: string },
  options?: CallOptions,
): Promise<Value> {
  return callApi(api, { ...asked, path: `${checkArgument(asked.place, 'uri', kind, uri)}${below}` }, options)
}

function uriOf(what: string, ...kinds: readonly string[]): () => Parameter<string> {
  return once(() => {
    const shape = new RegExp(`^https?://[^?#\\s]+${kinds.map((kind) => `/${kind}/[\\w-]+`).join('')}$`)
    const example = `https://api.calendly.com${kinds.map((kind) => `/${kind}/…`).join('')}`
    const error = `must be the whole URI of ${what}, as Calendly writes it (${example}); an id alone is not enough`
    return z.custom<string>((value) => typeof value === 'string' && shape.test(value), { error })
  })
}
