// What a person calls a client and a connected account.

import type { ConnectionFacts } from '../core/connection.ts'
import { type Client, titleOf } from '../core/provider.ts'

export function nameOf({ account }: Pick<ConnectionFacts, 'account'>): string {
  return account.name ?? account.email ?? account.id
}

/** Such as `Ada Lindqvist at Calendly`. */
export function accountOf(connection: Pick<ConnectionFacts, 'account' | 'client'>, client: Client | null): string {
  return `${nameOf(connection)} at ${client ? titleOf(client) : connection.client}`
}

/** What a person calls the client of that id, also one that is no longer configured. */
export function clientTitle(clients: readonly Client[], id: string): string {
  const client = clients.find((one) => one.id === id)
  return client ? titleOf(client) : id
}
