// Where an escrow is kept: outside the database whose grants it knows. It holds texts, which only ever are added; a
// compaction replaces many by few.

/** What was read so far. Of no use but for the next read of the same place. */
export type EscrowPosition = object

export interface EscrowContents {
  /** In no order. One that was read before may come again. */
  readonly texts: readonly string[]
  readonly position: EscrowPosition
  /** How much the place holds as a whole. */
  readonly bytes: number
}

/**
 * Keeps the texts of an escrow: a folder, a second database, or a place of your own. Several processes use it at the same
 * time.
 */
export interface EscrowPlace {
  /** Adds texts, each without a line break. They outlive this process and this machine's power once it has resolved. */
  append(texts: readonly string[]): Promise<void>
  /** Returns every text, or those that were added since `since`. Empty where nothing was ever added. */
  read(since: EscrowPosition | null): Promise<EscrowContents>
  /**
   * Replaces the texts by those that `keep` returns for them. A text that another process adds meanwhile stays. Stopped
   * at any step it loses none.
   */
  compact(keep: (texts: readonly string[]) => readonly string[]): Promise<void>
  /** Rejects where nothing could be added. Adds nothing. */
  check?(): Promise<void>
  /** Rejects where it is in the database of that name: a backup of that one would take the escrow back in time too. */
  assertOutside?(database: string): Promise<void>
  /** Frees what it has open, once what is under way has ended. A later operation opens it again. */
  close?(): Promise<void>
  /** What it is called in sentences, without a password. */
  readonly where?: string
}
