// What a person calls a client and a connected account.

import type { Connection } from '../connection.ts'
import { type Client, titleOf } from '../core/provider.ts'

export function nameOf({ account }: Connection): string {
  return account.name ?? account.email ?? account.id
}

/** Such as `Ada Lindqvist at Calendly`. */
export function accountOf(connection: Connection, client: Client | null): string {
  return `${nameOf(connection)} at ${client ? titleOf(client) : connection.client}`
}
