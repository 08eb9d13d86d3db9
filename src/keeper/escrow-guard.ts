// What holds a presentation back while the store is older than it was: a backup has been restored, and the refresh token of a
// row has been spent since.

import type { Grant } from '../records/grants.ts'

/** Knows, outside the store, how far each grant has come. */
export interface EscrowGuard {
  /** Brings every row to what it was, once; `null`: that is done. */
  ready(): Promise<void> | null
  /** Whether a later set of the grant was stored before. */
  isBehind(grant: Pick<Grant, 'id' | 'generation' | 'status'>): Promise<boolean>
  /** Brings the rows to what they were. */
  heal(): Promise<unknown>
}
