// Clients whose credentials a provider has refused: the state of the circuit breaker.

/** What is known about a client's credentials that a provider has refused. */
export interface RefusedClientRow {
  readonly client: string
  /** Digest of the credentials: another replica may have other ones, which are accepted. */
  readonly credentials: string
  /** The provider's error code. */
  readonly code: string
  readonly reason: string
  /**
   * The one grant that has been refused; `null` once another one was refused too, and the breaker is open for all of
   * them.
   */
  readonly witness: string | null
  /** Whether a second refusal has confirmed the first, and it has been reported. */
  readonly confirmed: boolean
  readonly since: number
  /** When the next caller may try. */
  readonly probeAt: number
  readonly readAt: number
}

/** A refusal of a client's credentials, while one grant was refreshed. */
export interface ClientRefusal {
  readonly credentials: string
  readonly grant: string
  readonly code: string
  readonly reason: string
  /** Time after which the same grant's next refusal confirms the first. */
  readonly repeatedAfterMs: number
  /** Time until the next probe, once another grant has been refused too. */
  readonly probeInMs: number
}

export interface ClientStore {
  /** The refusals of a client, for each of its credentials. */
  refused(client: string): Promise<RefusedClientRow[]>
  /**
   * Notes a refusal. The first is a suspicion, under which another grant may be tried at once. A second one with the
   * same code confirms it; one by another grant also opens the breaker, or keeps it open for longer. True for the call
   * that confirmed it.
   */
  refuse(client: string, refusal: ClientRefusal): Promise<boolean>
  /** Lets one caller try: true if a probe was due; the next one is due in `nextInMs`. */
  probe(credentials: string, nextInMs: number): Promise<boolean>
  /** Deletes the refusals of these credentials; true for the call that ended confirmed ones. */
  resume(credentials: string): Promise<boolean>
}
