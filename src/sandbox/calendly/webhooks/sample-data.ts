// `GET /sample_webhook_data`: what a webhook would look like, bare, without a `resource` around it.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyEventRow, InviteeRow } from '../../world/calendly-rows.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { invalidArgument } from '../api/errors.ts'
import { messageBody } from './messages.ts'
import { readSubscriptionScope, wrongEvent } from './subscription-scope.ts'

/** The endpoints of this resource. */
export const sampleRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/sample_webhook_data', scope: 'webhooks:read', answer: readSample },
]

function readSample(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const requested = readSubscriptionScope(call, (name) => exchange.query.get(name) ?? undefined)
  if ('refusal' in requested) return requested.refusal
  const event = exchange.query.get('event') ?? ''
  const wrong =
    wrongEvent(world.state.switches, [event], requested.scope) ??
    (/^invitee(_no_show)?\./.test(event) ? null : 'the sandbox has samples of invitee and invitee_no_show alone')
  if (wrong !== null) return invalidArgument(exchange, wrong, [{ parameter: 'event', message: 'is invalid' }])
  const host = requested.user ?? account.id
  const at = exchange.now
  const cancellation =
    event === 'invitee.canceled' ? { by: 'A Guest', type: 'invitee' as const, reason: null, at } : null
  const row: CalendlyEventRow = {
    id: 'AAAAAAAAAAAAAAAA',
    host,
    organization: account.organization,
    eventType: 'AAAAAAAAAAAAAAAA',
    name: 'Sample meeting',
    startsAt: at + 86_400_000,
    endsAt: at + 88_200_000,
    createdAt: at,
    updatedAt: at,
    location: { type: 'custom', location: null },
    guests: [],
    limit: 1,
    cancellation,
    invitees: [],
  }
  const invitee: InviteeRow = {
    id: 'AAAAAAAAAAAAAAAA',
    createdAt: at,
    updatedAt: at,
    cancellation,
    email: 'guest@example.com',
    name: 'A Guest',
    firstName: 'A',
    lastName: 'Guest',
    timeZone: 'UTC',
    answers: [],
    textReminderNumber: null,
    old: null,
    new: null,
    method: 'instant_book',
    tracking: Object.fromEntries(
      ['utm_campaign', 'utm_source', 'utm_medium', 'utm_content', 'utm_term', 'salesforce_uuid'].map((name) => [
        name,
        null,
      ]),
    ),
    noShow: event === 'invitee_no_show.created' ? { id: 'AAAAAAAAAAAAAAAA', at } : null,
  }
  row.invitees.push(invitee)
  return jsonAnswer(200, messageBody(world, { row, invitee }, { event, creator: account.id, now: at }))
}
