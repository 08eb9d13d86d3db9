// What the parts may ask of the background work of their process.

export interface BackgroundWork {
  /** Keeps work that no caller waits for in sight of `stop`, announces it to the platform, and reports its fault. */
  track(work: Promise<unknown>): void
  /** Whether work goes on when no caller waits for it: between `start` and `stop`, or where it is announced to the platform. */
  goesOn(): boolean
  /** Aborted as soon as the process is to stop. */
  stopping(): AbortSignal
}
