// What a person calls a client and a connected account.

import type { Connection } from '../connection.ts'
import type { Client } from '../core/provider.ts'

/** The provider's title. Two clients of one provider are told apart by their ids. */
export function titleOf(client: Client): string {
  return client.id === client.provider.name ? client.provider.title : `${client.provider.title} (${client.id})`
}

export function nameOf({ account }: Connection): string {
  return account.name ?? account.email ?? account.id
}

/** Such as `Ada Lindqvist at Calendly`. */
export function accountOf(connection: Connection, client: Client | null): string {
  return `${nameOf(connection)} at ${client ? titleOf(client) : connection.client}`
}
