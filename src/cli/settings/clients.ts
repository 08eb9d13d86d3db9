// The OAuth apps that the commands use: the real one of a provider whose credentials are set, else one of the sandbox.

import type { Client } from '../../core/provider.ts'
import { calcom } from '../../providers/calcom/definition.ts'
import { calendly } from '../../providers/calendly/definition.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { ClientInput } from '../../sandbox/world/clients.ts'
import type { Settings } from './settings.ts'

/** What the page needs to show an account and its bookings. It changes nothing at a real provider. */
const scopes = {
  calendly: ['users:read', 'event_types:read', 'scheduled_events:read'],
  calcom: ['PROFILE_READ', 'EVENT_TYPE_READ', 'SCHEDULE_READ', 'BOOKING_READ'],
}

/** With the scopes to book, and those for webhooks of bookings: the real providers cannot reach a page on this machine. */
export const scopesInSandbox: Readonly<Record<'calendly' | 'calcom', readonly string[]>> = {
  calendly: [...scopes.calendly, 'availability:read', 'scheduled_events:write', 'webhooks:write'],
  calcom: [...scopes.calcom, 'BOOKING_WRITE', 'WEBHOOK_READ', 'WEBHOOK_WRITE'],
}

// They open nothing but the sandbox on this machine.
const registered = {
  calendly: {
    clientId: 'Pd7-kT2_wXcR9vNqLm4sBz8JhYf1Ge6Ua3Io5EtWx0Q',
    clientSecret: 'this-secret-opens-the-sandbox-alone',
    webhookKeys: ['this-key-signs-in-the-sandbox-alone'],
  },
  calcom: { clientId: '7d0c'.repeat(16), clientSecret: '0be5'.repeat(16) },
}

/** Returns the clients to register at the sandbox for an app at `baseUrl`, with their exact callback addresses. */
export function sandboxRegistrations(baseUrl: string): readonly ClientInput[] {
  const common = (name: 'calendly' | 'calcom') => ({
    id: registered[name].clientId,
    secret: registered[name].clientSecret,
    name: 'Your app',
    redirectUris: [`${baseUrl}/callback/${name}`],
    scopes: [...scopesInSandbox[name]],
  })
  return [
    { provider: 'calendly', kind: 'web', webhookKey: registered.calendly.webhookKeys[0], ...common('calendly') },
    { provider: 'calcom', type: 'CONFIDENTIAL', ...common('calcom') },
  ]
}

/** Whether the sandbox stands in for any provider. */
export function needsSandbox(settings: Pick<Settings, 'calendly' | 'calcom'>): boolean {
  return settings.calendly === null || settings.calcom === null
}

/** Whether the provider of that name is the real one. */
export function isReal(settings: Pick<Settings, 'calendly' | 'calcom'>, name: string): boolean {
  return (name === 'calendly' ? settings.calendly : settings.calcom) !== null
}

/** Returns both clients, in the order in which they are offered. */
export function clientsOf(settings: Pick<Settings, 'calendly' | 'calcom'>, sandbox: Sandbox | null): readonly Client[] {
  return [
    calendly(
      settings.calendly
        ? { ...settings.calendly, scopes: scopes.calendly }
        : { ...registered.calendly, scopes: scopesInSandbox.calendly, hosts: hostsOf(sandbox).calendly.hosts },
    ),
    calcom(
      settings.calcom
        ? { ...settings.calcom, scopes: scopes.calcom }
        : { ...registered.calcom, scopes: scopesInSandbox.calcom, hosts: hostsOf(sandbox).calcom.hosts },
    ),
  ]
}

function hostsOf(sandbox: Sandbox | null): Sandbox {
  if (sandbox) return sandbox
  throw new TypeError('A client without credentials needs the sandbox.')
}
