// The OAuth apps that an owner can connect through. This is the only file that names a provider.

import { calcom, calendly } from 'punctual/providers'
import { createSandbox } from 'punctual/sandbox'
import type { Clients } from '../your-app/run.ts'

/** What a booking page needs at each provider: the account, its services and free times, and its bookings. */
export const scopes = {
  calendly: ['users:read', 'event_types:read', 'availability:read', 'scheduled_events:write'],
  calcom: ['PROFILE_READ', 'EVENT_TYPE_READ', 'SCHEDULE_READ', 'BOOKING_READ', 'BOOKING_WRITE'],
} as const

/** Your apps at the providers. Without credentials in the environment: one at each, in the sandbox. */
export async function clientsOrSandbox(): Promise<Clients> {
  const { CALENDLY_CLIENT_ID, CALENDLY_CLIENT_SECRET, CALCOM_CLIENT_ID, CALCOM_CLIENT_SECRET } = process.env
  const clients = []
  if (CALENDLY_CLIENT_ID && CALENDLY_CLIENT_SECRET)
    clients.push(
      calendly({
        clientId: CALENDLY_CLIENT_ID,
        clientSecret: CALENDLY_CLIENT_SECRET,
        scopes: scopes.calendly,
      }),
    )
  if (CALCOM_CLIENT_ID && CALCOM_CLIENT_SECRET)
    clients.push(calcom({ clientId: CALCOM_CLIENT_ID, clientSecret: CALCOM_CLIENT_SECRET, scopes: scopes.calcom }))
  if (clients.length > 0) return { clients }
  const sandbox = await createSandbox()
  console.log(`The sandbox plays Calendly and Cal.com. Its page: ${sandbox.url}/`)
  return {
    clients: [
      calendly({ ...sandbox.calendly, scopes: scopes.calendly }),
      calcom({ ...sandbox.calcom, scopes: scopes.calcom }),
    ],
    close: sandbox.close,
  }
}
