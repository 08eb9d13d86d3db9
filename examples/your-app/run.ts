// Stands in for the way your application is configured, started and stopped.

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
  /** Where it listens. */
  readonly port: number
  /** Answers what is under way, then ends. */
  stop(): Promise<void>
}

export interface Clients {
  readonly clients: PunctualOptions['clients']
  close?(): Promise<void>
}

/** Starts the application, and stops it when the process is asked to end. */
export async function run(
  start: (configuration: Configuration) => Promise<Running>,
  clientsFor: (baseUrl: string) => Promise<Clients> = calendlyOrSandbox,
): Promise<void> {
  const { PORT = '3000', BASE_URL = `http://localhost:${PORT}/integrations`, PUNCTUAL_KEY } = process.env
  const { clients, close } = await clientsFor(BASE_URL)
  const app = await start({
    port: Number(PORT),
    baseUrl: BASE_URL,
    // What one key has sealed no other opens: without a key to keep, nothing is kept.
    keys: [PUNCTUAL_KEY ?? randomBytes(32).toString('base64url')],
    store: PUNCTUAL_KEY ? sqlite('.punctual/example.db') : memory(),
    clients,
  })
  console.log(`Listening on port ${app.port}. Open ${new URL(BASE_URL).origin}`)
  const stop = async () => {
    await app.stop()
    await close?.()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
}

/** Your app at Calendly, or, without its credentials in the environment, one in the sandbox. */
async function calendlyOrSandbox(): Promise<Clients> {
  const { CALENDLY_CLIENT_ID: clientId, CALENDLY_CLIENT_SECRET: clientSecret } = process.env
  const scopes = ['users:read']
  if (clientId && clientSecret) return { clients: [calendly({ clientId, clientSecret, scopes })] }
  const sandbox = await createSandbox()
  return { clients: [calendly({ ...sandbox.calendly, scopes })], close: sandbox.close }
}
