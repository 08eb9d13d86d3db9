// What the other parts can use of the background work of their process.

export interface BackgroundWork {
  /**
   * For work that no caller waits for: `stop` waits for it, the platform is told about it, and its fault is reported.
   */
  track(work: Promise<unknown>): void
  /** For a caller's work: `stop` waits for it, and its fault is the caller's. */
  follow<Result>(work: Promise<Result>): Promise<Result>
  /**
   * Whether work continues when no caller waits for it: between `start` and `stop`, or if the platform waits for it.
   */
  goesOn(): boolean
  /** Aborts as soon as the process must stop. */
  stopping(): AbortSignal
}
