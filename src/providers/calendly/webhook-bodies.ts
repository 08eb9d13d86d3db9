// What Calendly's webhooks bring, as its documentation and the facts of November 2026 say. Bodies are not checked against
// these types; a payload that is not documented here is `unknown`.

import type { CalendlyInvitee } from './api/invitees.ts'
import type { CalendlyScheduledEvent } from './api/scheduled-events.ts'

/** The envelope of every webhook. */
export interface CalendlyWebhookBody<Name extends string, Payload> {
  readonly event: Name
  readonly created_at: string
  /** The URI of the user who created the subscription. */
  readonly created_by: string
  readonly payload: Payload
}

/**
 * An invitee with its scheduled event. A reschedule is two events: `invitee.canceled` with `rescheduled: true` and
 * `new_invitee`, and `invitee.created` with `old_invitee`.
 */
export interface CalendlyInviteePayload extends CalendlyInvitee {
  readonly scheduled_event: CalendlyScheduledEvent
}

/** The bodies by Calendly's word for the event. */
// A type, since an interface has no index signature: without one it is not assignable to the bodies of any client.
export type CalendlyWebhookBodies = {
  readonly 'invitee.created': CalendlyWebhookBody<'invitee.created', CalendlyInviteePayload>
  readonly 'invitee.canceled': CalendlyWebhookBody<'invitee.canceled', CalendlyInviteePayload>
  readonly 'invitee_no_show.created': CalendlyWebhookBody<'invitee_no_show.created', unknown>
  readonly 'invitee_no_show.deleted': CalendlyWebhookBody<'invitee_no_show.deleted', unknown>
  readonly 'routing_form_submission.created': CalendlyWebhookBody<'routing_form_submission.created', unknown>
  readonly 'meeting_recap.created': CalendlyWebhookBody<'meeting_recap.created', unknown>
  readonly 'meeting_recap.updated': CalendlyWebhookBody<'meeting_recap.updated', unknown>
  readonly 'meeting_recap.deleted': CalendlyWebhookBody<'meeting_recap.deleted', unknown>
  readonly 'contact.created': CalendlyWebhookBody<'contact.created', unknown>
  readonly 'contact.updated': CalendlyWebhookBody<'contact.updated', unknown>
  readonly 'contact.deleted': CalendlyWebhookBody<'contact.deleted', unknown>
  readonly 'event_type.created': CalendlyWebhookBody<'event_type.created', unknown>
  readonly 'event_type.updated': CalendlyWebhookBody<'event_type.updated', unknown>
  readonly 'event_type.deleted': CalendlyWebhookBody<'event_type.deleted', unknown>
}
