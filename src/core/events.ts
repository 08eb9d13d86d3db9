// What Punctual tells the host application. Events name things by id and carry no secret.

interface OfConnection {
  readonly connection: string
  readonly owner: string
  readonly client: string
}

/** A change in the life of a connection, a client or the provider's reachability. */
export type PunctualEvent = { readonly at: Date } & (
  | ({ readonly type: 'connection.created' } & OfConnection)
  | ({ readonly type: 'connection.recovered' } & OfConnection)
  | ({ readonly type: 'connection.needs_reconnect'; readonly reason: string } & OfConnection)
  | ({ readonly type: 'connection.disconnected'; readonly revoked: boolean } & OfConnection)
  | { readonly type: 'grant.renewed'; readonly grant: string; readonly client: string; readonly generation: number }
  | {
      readonly type: 'grant.journaled'
      readonly grant: string
      readonly client: string
      readonly generation: number
      readonly durable: boolean
    }
  | { readonly type: 'client.misconfigured'; readonly client: string; readonly reason: string }
  | { readonly type: 'client.recovered'; readonly client: string }
  | { readonly type: 'provider.unavailable'; readonly client: string; readonly reason: string }
  | { readonly type: 'attempt.refused'; readonly client: string; readonly reason: string }
  /** Something in the background failed that no caller sees. */
  | { readonly type: 'fault'; readonly message: string }
)

export type Listener = (event: PunctualEvent) => void
