// Stands in for the configuration, the start and the stop of your application.

import { randomBytes } from 'node:crypto'
import type { PunctualOptions } from 'punctual'
import { calendly } from 'punctual/providers'
import { createSandbox } from 'punctual/sandbox'
import { memory } from 'punctual/store/memory'
import { sqlite } from 'punctual/store/sqlite'

/** All of Punctual's options but `currentOwner`, which is the application's, and the port to listen on. */
export interface Configuration extends Omit<PunctualOptions, 'currentOwner'> {
  readonly port: number
}

export interface Running {
  /** The port that it listens on. */
  readonly port: number
  /** Finishes the requests in progress, then stops. */
  stop(): Promise<void>
}

export interface Clients {
  readonly clients: PunctualOptions['clients']
  close?(): Promise<void>
}

/** Starts the application, and stops it on SIGINT or SIGTERM. */
export async function run(
  start: (configuration: Configuration) => Promise<Running>,
  clientsFor: (baseUrl: string) => Promise<Clients> = calendlyOrSandbox,
): Promise<void> {
  const { PORT = '3000', BASE_URL = `http://localhost:${PORT}/integrations`, PUNCTUAL_KEY } = process.env
  const { clients, close } = await clientsFor(BASE_URL)
  const app = await start({
    port: Number(PORT),
    baseUrl: BASE_URL,
    // Another key cannot open what this one has sealed: without a key that persists, nothing is stored.
    keys: [PUNCTUAL_KEY ?? randomBytes(32).toString('base64url')],
    store: PUNCTUAL_KEY ? sqlite('.punctual/example.db') : memory(),
    clients,
    // Events that your application must not miss. Here they are printed; yours mails the owner, or stores the booking.
    deliverTo: async (event) => {
      if (event.type === 'connection.needs_reconnect')
        console.log(`${event.owner} has to connect again: ${event.reason}`)
      if (event.type === 'webhook.received') console.log(`${event.name} for ${event.owner}`)
    },
  })
  console.log(`Listening on port ${app.port}. Open ${new URL(BASE_URL).origin}`)
  const stop = async () => {
    await app.stop()
    await close?.()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
}

/** Your app at Calendly. Without its credentials in the environment: one in the sandbox. */
async function calendlyOrSandbox(): Promise<Clients> {
  const { CALENDLY_CLIENT_ID: clientId, CALENDLY_CLIENT_SECRET: clientSecret } = process.env
  const scopes = ['users:read']
  if (clientId && clientSecret) return { clients: [calendly({ clientId, clientSecret, scopes })] }
  const sandbox = await createSandbox()
  console.log(`The sandbox plays Calendly. Its page: ${sandbox.url}/`)
  return { clients: [calendly({ ...sandbox.calendly, scopes })], close: sandbox.close }
}
