// The clients that every sandbox has. Their secrets work in the sandbox alone.
// Calendly's id is a fixed 43-character base64url text with "-" and "_", so that the trap of percent-encoded Basic
// credentials shows up on the first day.

import type { ClientInput } from './clients.ts'

interface BuiltIn {
  readonly calendly: { readonly clientId: string; readonly clientSecret: string; readonly webhookKey: string }
  readonly calendlyNative: { readonly clientId: string }
  readonly calcom: { readonly clientId: string; readonly clientSecret: string }
  readonly calcomPublic: { readonly clientId: string }
}

/** Credentials of the default clients. */
export const builtIn: BuiltIn = {
  calendly: {
    clientId: 'pNx_q7Zr-3TgWm0aKc8_VhE5-ydJ2fLsU6bXoQ1tRi4',
    clientSecret: 'sandbox-calendly-secret',
    webhookKey: 'sandbox-calendly-webhook-signing-key',
  },
  calendlyNative: { clientId: 'nTv-8kYw_5RjXc2bMd9-GsF6_zeK3hPqA7uWoL0iVx1' },
  calcom: { clientId: 'ca1c'.repeat(16), clientSecret: '5ec2e7'.repeat(10).padEnd(64, '0') },
  calcomPublic: { clientId: '9b1c'.repeat(16) },
}

/** The registrations behind them; `loopback` accepts any http address on this machine, a convenience of the sandbox. */
export const builtInClients: readonly ClientInput[] = [
  {
    provider: 'calendly',
    id: builtIn.calendly.clientId,
    secret: builtIn.calendly.clientSecret,
    name: 'Sandbox app',
    kind: 'web',
    webhookKey: builtIn.calendly.webhookKey,
    redirectUris: 'loopback',
  },
  {
    provider: 'calendly',
    id: builtIn.calendlyNative.clientId,
    name: 'Sandbox native app',
    kind: 'native',
    webhookKey: builtIn.calendly.webhookKey,
    redirectUris: 'loopback',
  },
  {
    provider: 'calcom',
    id: builtIn.calcom.clientId,
    secret: builtIn.calcom.clientSecret,
    name: 'Sandbox app',
    type: 'CONFIDENTIAL',
    redirectUris: 'loopback',
  },
  {
    provider: 'calcom',
    id: builtIn.calcomPublic.clientId,
    name: 'Sandbox public app',
    type: 'PUBLIC',
    redirectUris: 'loopback',
  },
]
