// A host application with a provider of its own: people sign in, connect their Acme account, and the application calls
// Acme's API in their name. Only acme.ts is about the provider; the application is the Hono example.

import { start as startApp } from '../hono/server.ts'
import { type Configuration, type Running, run } from '../your-app/run.ts'
import { acme, acmeScopes } from './acme.ts'
import { confidential, startAcme } from './acme-server.ts'

export function start(configuration: Configuration): Promise<Running> {
  return startApp(configuration, { client: 'acme', path: '/api/appointments' })
}

if (import.meta.main) {
  await run(start, async (baseUrl) => {
    const { url, close } = await startAcme({ port: 0, redirectUris: [`${baseUrl}/callback/acme`] })
    return { clients: [acme({ ...confidential, url, scopes: acmeScopes })], close }
  })
}
