import type { Client } from '../core/provider.ts'
import type { Attempt } from '../records/attempts.ts'

export function clientOf(clients: ReadonlyMap<string, Client>, attempt: Attempt): Client {
  const client = clients.get(attempt.client)
  if (!client) throw new TypeError(`attempt ${attempt.id} belongs to a client that is no longer configured`)
  return client
}
