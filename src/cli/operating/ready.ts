// Waits until a Punctual can serve. A restored backup that is still being healed needs time, and no help.

import { PunctualError } from '../../core/errors.ts'
import type { Punctual } from '../../punctual.ts'

/** @throws {PunctualError} `store_unavailable`, as `punctual.ready()`, except while grants are being healed. */
export async function whenReady(punctual: Pick<Punctual, 'ready'>): Promise<void> {
  for (;;) {
    try {
      return await punctual.ready()
    } catch (error) {
      if (!(error instanceof PunctualError) || error.reason !== 'not_healed') throw error
    }
  }
}
