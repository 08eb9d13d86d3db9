// Cal.com's webhooks (API v2 source of 2026): each has a secret that the subscriber chooses, is signed without a time,
// and has an envelope unless it has a template. Ours have no template.

import { PunctualError } from '../../core/errors.ts'
import { membersOf, textsOf } from '../../core/json.ts'
import type { DesiredWebhook, FoundWebhook, ProviderWebhooks, WebhookAnswer, WebhookCall } from '../../core/webhooks.ts'
import { claim, read } from './deliveries.ts'
import { notGranted } from './scopes.ts'

/** The triggers that a user may subscribe to; `DELEGATION_CREDENTIAL_ERROR` is for organizations. */
const triggers: readonly string[] = [
  'BOOKING_CREATED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'FORM_SUBMITTED',
  'FORM_SUBMITTED_NO_EVENT',
  'MEETING_STARTED',
  'MEETING_ENDED',
  'RECORDING_READY',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'INSTANT_MEETING',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'ROUTING_FORM_FALLBACK_HIT',
  'WRONG_ASSIGNMENT_REPORT',
]

export const webhooks: ProviderWebhooks = {
  scopes: ['user'],
  bookings: [
    'BOOKING_CREATED',
    'BOOKING_REQUESTED',
    'BOOKING_REJECTED',
    'BOOKING_RESCHEDULED',
    'BOOKING_CANCELLED',
    'BOOKING_NO_SHOW_UPDATED',
  ],
  signedBy: 'subscription',
  // No time is signed, so the age of the reported event counts. Whether the hosted service retries, and for how long,
  // is not known; by the source it would be minutes.
  toleranceMs: 90_000_000,
  problem,
  missingScopes: (granted) => notGranted(granted, ['WEBHOOK_READ', 'WEBHOOK_WRITE']),
  create,
  find,
  remove,
  claim,
  read,
}

function problem(events: readonly string[]): string | null {
  const unknown = events.find((event) => !triggers.includes(event))
  if (unknown === undefined) return null
  return `has no trigger ${JSON.stringify(unknown)} for a user: it has ${triggers.join(', ')}`
}

async function create(call: WebhookCall, desired: DesiredWebhook): Promise<string | null> {
  const answer = await call('POST', '/v2/webhooks', {
    subscriberUrl: desired.address,
    triggers: desired.events,
    active: true,
    ...(desired.secret && { secret: desired.secret.reveal() }),
  })
  // "Webhook with this subscriber url already exists for this user"
  if (answer.status === 409) return null
  if (isUnreachable(answer)) throw unreachable(answer)
  if (answer.failure) throw answer.failure
  return referenceOf(membersOf(answer.json).data)
}

/** Cal.com's filter against requests to private addresses returns 400, `Webhook URL is not allowed: …`. */
function isUnreachable({ status, json }: WebhookAnswer): boolean {
  const { message } = membersOf(membersOf(json).error)
  return status === 400 && typeof message === 'string' && message.startsWith('Webhook URL is not allowed')
}

function unreachable({ failure }: WebhookAnswer): PunctualError {
  const message =
    'Cal.com sends webhooks to public addresses only: "baseUrl" (PUNCTUAL_URL) must be one that it can reach.'
  const details = { reason: 'invalid_request', answer: failure?.answer, cause: failure ?? undefined } as const
  return new PunctualError('provider_refused', message, details)
}

/** The list takes `take` and `skip` and does not say where it ends: a page that is not full is the last. */
async function find(call: WebhookCall, desired: DesiredWebhook): Promise<FoundWebhook | null> {
  const take = 250
  for (let skip = 0; skip < 100 * take; skip += take) {
    const answer = await call('GET', `/v2/webhooks?take=${take}&skip=${skip}`)
    if (answer.failure) throw answer.failure
    const { data } = membersOf(answer.json)
    if (!Array.isArray(data)) throw unexpected('the list of webhooks has no data')
    const found = data.map(membersOf).find((one) => one.subscriberUrl === desired.address)
    if (found) return stateOf(found, desired)
    if (data.length < take) return null
  }
  throw unexpected('the list of webhooks does not end')
}

function stateOf(found: Readonly<Record<string, unknown>>, desired: DesiredWebhook): FoundWebhook {
  const reference = referenceOf(found)
  if (reference === null) throw unexpected('a webhook has no id')
  if (found.active === false) return { reference, state: 'disabled' }
  const events = textsOf(found.triggers)
  const same =
    events.length === desired.events.length &&
    desired.events.every((event) => events.includes(event)) &&
    (typeof found.secret !== 'string' || found.secret === desired.secret?.reveal()) &&
    !found.payloadTemplate
  return { reference, state: same ? 'as_desired' : 'different' }
}

async function remove(call: WebhookCall, reference: string): Promise<void> {
  const answer = await call('DELETE', `/v2/webhooks/${encodeURIComponent(reference)}`)
  if (answer.failure && answer.status !== 404) throw answer.failure
}

/** A number by the API's description, a text in practice. */
function referenceOf(resource: unknown): string | null {
  const { id } = membersOf(resource)
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

function unexpected(what: string): PunctualError {
  const message = `Cal.com’s answer is not as documented: ${what}.`
  return new PunctualError('provider_unavailable', message, { reason: 'unexpected_answer', retryable: true })
}
