// The OAuth clients that the replicas use, and where they find the simulated providers.

import type { Client } from '../../src/core/provider.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import type { ClientName } from './provider.ts'
import { schedulingAt, simulatedMeaning } from './simulated-scheduling.ts'

/** The key with which Calendly signs webhooks. */
export const simulatedWebhookKey = 'simulated-webhook-key'

export const origin = 'https://sim.test'
export const simulatedScopes: Readonly<Record<ClientName, string[]>> = {
  calendly: ['users:read', 'scheduled_events:read', 'webhooks:write'],
  calcom: ['PROFILE_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE'],
}
/**
 * The clients of the replicas. PKCE is off: WebCrypto works beside the event loop, in an order that no seed determines.
 * Their scheduling is a small one of the simulation.
 */
export const simulatedClients: Readonly<Record<ClientName, Client>> = {
  calendly: simulated(
    calendly({
      clientId: 'sim-calendly',
      clientSecret: 'secret-calendly',
      scopes: simulatedScopes.calendly,
      webhookKeys: [simulatedWebhookKey],
      hosts: { auth: `${origin}/calendly/auth`, api: `${origin}/calendly/api` },
    }),
  ),
  calcom: simulated(
    calcom({
      clientId: 'sim-calcom',
      clientSecret: 'secret-calcom',
      scopes: simulatedScopes.calcom,
      hosts: { app: `${origin}/calcom/app`, api: `${origin}/calcom/api` },
    }),
  ),
}

/** The account's id as that provider's definition reads it. */
export function accountId(client: string, account: string): string {
  return client === 'calendly' ? `${origin}/calendly/api/users/${account}` : account
}

function simulated(client: Client): Client {
  const pkce = { confidential: false, public: false }
  const { name, meaning } = client.provider
  const changed = { pkce, scheduling: schedulingAt(name as ClientName), meaning: simulatedMeaning(meaning) }
  const provider = Object.freeze({ ...client.provider, ...changed })
  return Object.freeze({ ...client, provider })
}
