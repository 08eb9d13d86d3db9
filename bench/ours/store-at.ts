import type { Store } from 'punctual'
import { postgres } from 'punctual/store/postgres'
import { sqlite } from 'punctual/store/sqlite'
import type { Place } from '../harness/database.ts'

/** Punctual's store there. `newer`: options of \`postgres\`. */
export function storeAt(place: Place, newer: Readonly<Record<string, unknown>> = {}): Store {
  return 'file' in place ? sqlite(place.file) : postgres({ url: place.postgres, ...newer })
}
