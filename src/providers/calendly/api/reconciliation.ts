// Finds what a booking whose outcome is unknown has made. The rule errs on the side of finding: a caller that finds
// nothing books again, so the rule relies on nothing that could hide a booking, such as a filter's spelling or another
// user's list.

import type { ApiCaller } from '../../../core/calls.ts'
import { isAmong, isSince, sameInstant } from '../../../core/scheduling/reconciliation.ts'
import type { CallOptions } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, type Instant, instant, parameters } from '../../api/parameters.ts'
import { booking, type CalendlyBooking } from './bookings.ts'
import { withOrganization } from './current-organization.ts'
import { eventTypeCalls } from './event-types.ts'
import { type CalendlyInvitee, inviteeCalls } from './invitees.ts'
import { organizationUri, userUri } from './references.ts'
import { type CalendlyScheduledEventsQuery, scheduledEventCalls } from './scheduled-events.ts'

export interface CalendlySent {
  /** When the request was sent. `null`: an invitee of any age may be of it. */
  readonly since: Instant | null
  /** Whose scheduled events are searched. Default: by the event type's owner. */
  readonly user?: string | undefined
  readonly organization?: string | undefined
}

export interface ReconciliationCalls {
  /**
   * Returns the invitees that a request of `book` may have made. Takes the same request, and when it was sent.
   *
   * The rule: `GET /scheduled_events` around the start, with canceled ones; then, where the event type and the start
   * (as instants) are equal, `GET /scheduled_events/{uuid}/invitees`; of these, each that has the same e-mail address
   * in any case, was created since the request was sent (less five minutes for the clocks), and does not replace
   * another.
   *
   * One found: it is yours. None: the request may still be under way; look again after a minute before you book again.
   * Two: it was made twice.
   *
   * If the event type belongs to the connection's own user, that user's events are searched, else the organization's,
   * which only its owner or an admin may read. Scopes: `scheduled_events:read`; `event_types:read` unless `user` or
   * `organization` is given; `users:read` for the organization.
   */
  bookingsOf(request: CalendlyBooking, sent: CalendlySent, options?: CallOptions): Promise<readonly CalendlyInvitee[]>
}

const minute = 60_000

const sentParameters = once(() =>
  parameters<CalendlySent>({
    since: instant().nullable(),
    user: userUri().optional(),
    organization: organizationUri().optional(),
  }),
)

export function reconciliationCalls(api: ApiCaller): ReconciliationCalls {
  const { scheduledEvents } = scheduledEventCalls(api)
  const { invitees } = inviteeCalls(api)
  const { eventType } = eventTypeCalls(api)

  return {
    async bookingsOf(request, sent, options) {
      const place = 'calendly.bookingsOf'
      checkParameters(place, booking, request)
      checkParameters(place, sentParameters, sent)
      const { user, organization } = sent
      if (user !== undefined || organization !== undefined) return found({ user, organization })
      const owner = (await eventType(request.event_type, options)).profile?.owner
      if (owner === api.account.id) return found({ user: owner })
      return withOrganization(api, place, undefined, (organization) => found({ organization }), options)

      async function found(whose: CalendlyScheduledEventsQuery): Promise<readonly CalendlyInvitee[]> {
        const start = new Date(request.start_time).getTime()
        // Whether the bounds are included is not documented, so the span is a minute wider on both sides.
        const span = { min_start_time: new Date(start - minute), max_start_time: new Date(start + minute) }
        const mine: CalendlyInvitee[] = []
        for await (const event of scheduledEvents({ ...whose, ...span, count: 100 }, options)) {
          const isOther = event.event_type && event.event_type !== request.event_type
          if (isOther || !sameInstant(event.start_time, request.start_time)) continue
          for await (const invitee of invitees(event.uri, { count: 100 }, options)) {
            if (mayBe(invitee, request, sent.since)) mine.push(invitee)
          }
        }
        return mine
      }
    },
  }
}

/** What the response does not say counts as equal. */
function mayBe(invitee: CalendlyInvitee, request: CalendlyBooking, since: Instant | null): boolean {
  const isSame = isAmong(request.invitee.email, [invitee.email]) ?? true
  const isInTime = since === null || isSince(invitee.created_at, since)
  return isInTime && isSame && !invitee.old_invitee
}
