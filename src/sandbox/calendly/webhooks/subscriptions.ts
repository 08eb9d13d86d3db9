// Creates, lists, reads and deletes Calendly's webhook subscriptions. There is no update, and a disabled one stays so.

import { type Answer, jsonAnswer, type Refused } from '../../http/exchange.ts'
import { isOnThisMachine } from '../../webhooks/address.ts'
import type { CalendlyHookRow } from '../../world/calendly-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { allows, bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { apiError, invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { isOwnerOrAdmin } from '../resources/people.ts'
import { organizationUri, timestamp, uriOf, userUri } from '../resources/uris.ts'
import { eventBeyondPlan, readSubscriptionScope, wrongEvent } from './subscription-scope.ts'

/** The endpoints of this resource. */
export const webhookRoutes: readonly CalendlyRoute[] = [
  { method: 'POST', path: '/webhook_subscriptions', scope: 'webhooks:write', answer: createHook },
  { method: 'GET', path: '/webhook_subscriptions', scope: 'webhooks:read', answer: listHooks },
  { method: 'GET', path: '/webhook_subscriptions/:uuid', scope: 'webhooks:read', answer: readHook },
  { method: 'DELETE', path: '/webhook_subscriptions/:uuid', scope: 'webhooks:write', answer: deleteHook },
]

function createHook(call: CalendlyCall): Answer {
  const { world, exchange, account, token } = call
  const body = bodyOf(exchange)
  if (body === null) return invalidArgument(exchange, 'the body is not a JSON object')
  const url = typeof body.url === 'string' ? URL.parse(body.url) : null
  const isClosed = world.state.switches.calendlyPublicCallbacksOnly && isOnThisMachine(String(body.url))
  if (url === null || !/^https?:$/.test(url.protocol) || isClosed) {
    return invalidArgument(exchange, `url is ${isClosed ? 'not public' : 'missing or is not an address'}`, [
      { parameter: 'url', message: body.url === undefined ? 'is missing' : 'is invalid' },
    ])
  }
  const requested = readSubscriptionScope(call, (name) => body[name])
  if ('refusal' in requested) return requested.refusal
  const events = Array.isArray(body.events) ? [...new Set(body.events.map(String))] : []
  const wrong = wrongEvent(world.state.switches, events, requested.scope)
  if (wrong !== null) return invalidArgument(exchange, wrong, [{ parameter: 'events', message: 'is invalid' }])
  const lacking = events.map(scopeOf).find((scope) => !allows(token.scopes, scope))
  // Observed: 400 without a word about scopes, not the 403 of every other endpoint.
  if (lacking !== undefined) return invalidArgument(exchange, `the token lacks the scope ${lacking} of these events`)
  const beyond = eventBeyondPlan(world, events, account.organization)
  if (beyond !== null) {
    const why = `the plan of the organization's owner does not have ${beyond}`
    return permissionDenied(exchange, 'Please upgrade to a paid Calendly account.', why)
  }
  const whose = requested.user ?? account.id
  const same = Object.values(world.state.calendly.hooks).some(
    (one) => one.url === body.url && one.organization === account.organization && (one.user ?? one.creator) === whose,
  )
  if (same) {
    const why = 'the user has a subscription with this url already, active or disabled: delete it first'
    const message = 'Hook with this url already exists'
    return apiError(exchange, { status: 409, title: 'Already Exists', message, why })
  }
  const row: CalendlyHookRow = {
    id: uuid(world.random(16)),
    client: token.client,
    creator: account.id,
    organization: account.organization,
    scope: requested.scope,
    user: requested.user,
    group: requested.group,
    url: String(body.url),
    events,
    signingKey: typeof body.signing_key === 'string' && body.signing_key !== '' ? body.signing_key : null,
    state: 'active',
    createdAt: exchange.now,
    updatedAt: exchange.now,
    retryStartedAt: null,
  }
  world.state.calendly.hooks[row.id] = row
  world.changed()
  return jsonAnswer(201, { resource: hookResource(world, row) })
}

function listHooks(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const sort = exchange.query.get('sort') ?? 'created_at:asc'
  if (!/^created_at:(asc|desc)$/.test(sort)) {
    return invalidArgument(exchange, 'sort is not created_at:asc or created_at:desc', [
      { parameter: 'sort', message: 'is invalid' },
    ])
  }
  const requested = readSubscriptionScope(call, (name) => exchange.query.get(name) ?? undefined)
  if ('refusal' in requested) return requested.refusal
  const rows = Object.values(world.state.calendly.hooks)
    .filter((row) => row.client === call.token.client && row.organization === account.organization)
    .filter((row) => row.scope === requested.scope && row.user === requested.user && row.group === requested.group)
    .sort((a, b) => (a.createdAt - b.createdAt) * (sort.endsWith('desc') ? -1 : 1))
    .map((row) => hookResource(world, row))
  return page(call, rows)
}

function readHook(call: CalendlyCall): Answer {
  const found = findHook(call)
  return 'refusal' in found ? found.refusal : jsonAnswer(200, { resource: hookResource(call.world, found.row) })
}

function deleteHook(call: CalendlyCall): Answer {
  const found = findHook(call)
  if ('refusal' in found) return found.refusal
  delete call.world.state.calendly.hooks[found.row.id]
  call.world.changed()
  return { status: 204, headers: {}, body: '' }
}

function findHook({ world, exchange, account, token, params }: CalendlyCall): { row: CalendlyHookRow } | Refused {
  const row = ownProperty(world.state.calendly.hooks, params.uuid)
  if (row === undefined || row.client !== token.client) {
    return { refusal: notFound(exchange, 'this app has no such subscription') }
  }
  const mine = row.creator === account.id || row.user === account.id
  if (mine || isOwnerOrAdmin(account, row.organization)) return { row }
  const message = 'You do not have permission to access this resource.'
  return { refusal: permissionDenied(exchange, message, 'the subscription belongs to another person') }
}

/** The read scope of an event's family. */
function scopeOf(event: string): string {
  const families: Record<string, string> = {
    routing_form_submission: 'routing_forms:read',
    meeting_recap: 'meeting_recaps:read',
    contact: 'contacts:read',
    event_type: 'event_types:read',
  }
  return families[event.split('.', 1)[0] ?? ''] ?? 'scheduled_events:read'
}

function hookResource(world: World, row: CalendlyHookRow): object {
  return {
    callback_url: row.url,
    created_at: timestamp(row.createdAt),
    creator: userUri(world, row.creator),
    events: row.events,
    group: row.group === null ? null : uriOf(world, 'groups', row.group),
    organization: organizationUri(world, row.organization),
    retry_started_at: row.retryStartedAt === null ? null : timestamp(row.retryStartedAt),
    scope: row.scope,
    state: row.state,
    updated_at: timestamp(row.updatedAt),
    uri: uriOf(world, 'webhook_subscriptions', row.id),
    user: row.user === null ? null : userUri(world, row.user),
  }
}
