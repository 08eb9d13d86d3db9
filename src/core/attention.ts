// What needs a person: one closed list of kinds, for pages, commands and the host application.

/**
 * Something that a person should look at. `client_misconfigured`: the provider refuses a client's credentials.
 * `provider_away`: most of what was sent lately got no usable answer. `needs_reconnect`: owners must give consent again.
 * `events_stuck`: an event has waited too long. `events_dead`: events were given up after a day. `handler_fails`: most
 * dispatches fail. `webhook_broken`: a subscription cannot be made or kept. `webhooks_refused`: deliveries were refused.
 * `outcome_unknown`: a call may or may not have changed something at the provider. `store`: the database fails.
 * `database_moved`: this process has a database that was moved, removed or copied to another one.
 * `disk_full`: it cannot be written, because its disk is full. `journal`: tokens wait in the journal, or it cannot be written.
 * `keys`: something stored cannot be opened with the keys at hand. `clock`: this machine's clock and the database's differ.
 */
export type AttentionKind =
  | 'client_misconfigured'
  | 'provider_away'
  | 'needs_reconnect'
  | 'events_stuck'
  | 'events_dead'
  | 'handler_fails'
  | 'webhook_broken'
  | 'webhooks_refused'
  | 'outcome_unknown'
  | 'store'
  | 'database_moved'
  | 'disk_full'
  | 'journal'
  | 'keys'
  | 'clock'

export interface Attention {
  readonly kind: AttentionKind
  /** Since when, as far as it is known. */
  readonly since: Date | null
  /** What is wrong, for a person. */
  readonly sentence: string
  /** What to do about it, for a person. */
  readonly fix: string
  /** What it is about: a client, a connection, or neither. `error`: the id of the error group that says more. */
  readonly subject: {
    readonly client: string | null
    readonly connection: string | null
    readonly error: string | null
  }
  /** How many connections, events or deliveries it is about; `null` where there is nothing to count. */
  readonly count: number | null
}
