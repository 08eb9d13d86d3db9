// What `erase` and `export` return: the words for pages, commands and the API.

import type { ConnectionFacts } from './connection.ts'
import type { PersonalCounts, PersonalKind, PersonalRow } from './store/personal-data.ts'

/** A connection as it is exported, without its tokens. */
export interface ExportedConnection extends ConnectionFacts {
  /** When its access token ends, when it was last used, and how many token sets there were. `null`: they are deleted. */
  readonly grant: { readonly expiresAt: Date; readonly usedAt: Date; readonly generation: number } | null
}

/** Everything that is kept about an owner, without tokens, secrets and digests. */
export interface PersonalData extends Readonly<Record<Exclude<PersonalKind, 'connections'>, readonly PersonalRow[]>> {
  readonly owner: string
  readonly exportedAt: Date
  readonly connections: readonly ExportedConnection[]
}

/** How a connection ended that was erased. */
export interface ErasedConnection {
  readonly connection: string
  readonly client: string
  readonly revoked: readonly string[]
  readonly notRevoked: readonly { readonly token: string; readonly reason: string; readonly detail: string }[]
  readonly remainingWebhooks: readonly {
    readonly subscription: string
    readonly reason: string
    readonly detail: string
  }[]
}

export interface ErasureResult {
  /** How many rows of each kind were removed. Of the audit only the name was. */
  readonly removed: PersonalCounts
  /** How many could not be removed yet: the background removes them, and so does another call. */
  readonly remaining: PersonalCounts
  /** Whether nothing remains. */
  readonly isComplete: boolean
  /** The connections that were disconnected by this call, with what was revoked. */
  readonly disconnected: readonly ErasedConnection[]
}
