// Token sets that have been opened, each kept while its grant's sealed text is the same, so that a token in use is not
// opened for every read.
//
// They are plain text in this process's memory. That adds little to what is there: the keys open all sets anyway, and
// callers hold the tokens that they were given. So it stays little: a set shows itself as [secret]; it is dropped as soon as
// this process ends or replaces its grant's tokens, when its grant has not been read for two minutes (at the next read of
// any), and when Punctual stops; and a dump of the memory shows the sets of the last minutes, at most a thousand.

import type { Clock } from '../core/clock.ts'
import { createRecentMap } from '../core/recent-map.ts'
import type { TokenSet } from '../core/tokens.ts'
import type { Forget } from './forget-after-writes.ts'

export interface OpenedSets {
  /** Returns the set of that sealed text, opened by `open` unless it is kept. */
  get(grant: string, sealed: string, open: () => TokenSet): TokenSet
  readonly forget: Forget
}

const mostSets = 1000
const unusedMs = 60_000

export function createOpenedSets(clock: Pick<Clock, 'monotonic'>): OpenedSets {
  const sets = createRecentMap<string, { readonly sealed: string; readonly tokens: TokenSet }>({
    most: mostSets,
    unused: { unusedMs, clock },
  })
  return {
    get(grant, sealed, open) {
      sets.forgetUnused()
      const known = sets.get(grant)
      if (known?.sealed === sealed) return known.tokens
      const tokens = open()
      sets.set(grant, { sealed, tokens })
      return tokens
    },
    forget(grant) {
      if (grant === null) sets.clear()
      else sets.delete(grant)
    },
  }
}
