// Connect sessions: what a host application has asked a person to connect. Times are milliseconds of the store's own clock.

export interface ConnectSessionRow {
  readonly id: string
  readonly owner: string
  readonly returnTo: string
  /** The clients that the person can choose from. */
  readonly clients: readonly string[]
  /** The connection to repair. */
  readonly connection: string | null
  /** Whether that connection may move to another account. */
  readonly anotherAccount: boolean
  /** For each client, what is asked for. */
  readonly scopes: Readonly<Record<string, readonly string[]>>
  /** The attempt that came back last. */
  readonly attempt: string | null
  /** SHA-256 of what the browser must show that came back first, base64url. Only that browser brings another attempt. */
  readonly browserHash: string | null
  /** The connection that came of it. */
  readonly connected: string | null
  /** Counts the changes. A change of a row names the revision that it rests on. */
  readonly revision: number
  readonly createdAt: number
  readonly expiresAt: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type NewConnectSession = Pick<
  ConnectSessionRow,
  'id' | 'owner' | 'returnTo' | 'clients' | 'connection' | 'anotherAccount' | 'scopes'
>

export interface ConnectSessionChange {
  readonly attempt?: string
  readonly browserHash?: string
  readonly connected?: string
}

export interface ConnectSessionStore {
  /** Records a session that lives for `lifetimeMs`. */
  insert(session: NewConnectSession, lifetimeMs: number): Promise<ConnectSessionRow>
  /** The session, even if it has expired. */
  get(id: string): Promise<ConnectSessionRow | null>
  /** The session whose id begins with that text, even if it has expired. */
  ofPage(page: string): Promise<ConnectSessionRow | null>
  /** Changes it, if `revision` is still its revision. */
  update(id: string, revision: number, change: ConnectSessionChange): Promise<boolean>
  /** Deletes up to `limit` that were created `ageMs` ago; under the same condition as the outbox's. Returns how many. */
  sweep(ageMs: number, limit: number): Promise<number>
}
