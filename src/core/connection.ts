// What a host application sees: an owner's connection to a provider's account.

import type { GrantEnd } from './grant.ts'

/** The provider's user (or team) that gave consent. */
export interface Account {
  /** The provider's own stable reference: Calendly's user URI, Cal.com's numeric id as a string. */
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  /** IANA name, such as `Europe/Paris`. */
  readonly timeZone: string | null
}

/**
 * `active`: calls can be made. `needs_reconnect`: a person must give consent again. `disconnected`: the host
 * application has ended it.
 */
export type ConnectionStatus = 'active' | 'needs_reconnect' | 'disconnected'

/** The facts of a connection, without the functions that use it. */
export interface ConnectionFacts {
  readonly id: string
  readonly owner: string
  /** The id of the client (the OAuth app) that it uses. */
  readonly client: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly status: ConnectionStatus
  /** Why the status is `needs_reconnect`; `null` for every other status. */
  readonly reason: GrantEnd | null
  readonly createdAt: Date
  readonly updatedAt: Date
}
