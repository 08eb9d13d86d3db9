// Clients whose credentials a provider has refused: the state of the circuit breaker.

/** What is known of a client's credentials that a provider has refused. */
export interface RefusedClientRow {
  readonly client: string
  /** Digest of the credentials: those of another replica may be accepted meanwhile. */
  readonly credentials: string
  /** The provider's error code. */
  readonly code: string
  readonly reason: string
  /** The one grant that has been refused; `null` once another was refused too, and the client is paused for all of them. */
  readonly witness: string | null
  /** Whether a second refusal has confirmed the first: then it has been told. */
  readonly confirmed: boolean
  readonly since: number
  /** When the next caller may try. */
  readonly probeAt: number
  readonly readAt: number
}

/** A refusal of a client, in the renewal of one grant. */
export interface ClientRefusal {
  readonly credentials: string
  readonly grant: string
  readonly code: string
  readonly reason: string
  /** Ms after which the same grant's next refusal confirms the first. */
  readonly repeatedAfterMs: number
  /** Ms until the next probe, once another grant has been refused too. */
  readonly probeInMs: number
}

export interface ClientStore {
  /** What has been refused of a client, for all of its credentials. */
  refused(client: string): Promise<RefusedClientRow[]>
  /**
   * Notes a refusal. The first is a suspicion, under which another grant may be tried at once. A second one with the
   * same code confirms it; that of another grant pauses the client too, or prolongs the pause. True for the call that
   * confirmed it.
   */
  refuse(client: string, refusal: ClientRefusal): Promise<boolean>
  /** Lets one caller try: true if the next try was due, which moves it on by `nextInMs`. */
  probe(credentials: string, nextInMs: number): Promise<boolean>
  /** Forgets the refusals of these credentials; true for the call that ended confirmed ones. */
  resume(credentials: string): Promise<boolean>
}
