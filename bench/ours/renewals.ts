// The background work refreshes what is due.

import type { Setup } from '../harness/contender.ts'
import type { Place } from '../harness/database.ts'
import { benchClient, connect, openPunctual } from './setup.ts'
import { makeDue, sealStock, someOf, stock } from './stock.ts'
import { storeAt } from './store-at.ts'
import { untilRenewed } from './until-renewed.ts'

export interface RenewalsInit {
  readonly url: string
  readonly place: Place
  readonly grants: number
  /** How many grants of a client are refreshed at once; not given: the default. */
  readonly refreshConcurrency?: number
}

/** A round ends when every grant has been refreshed; it begins with all of them due. */
export const renewals: Setup<RenewalsInit> = async ({ url, place, grants, refreshConcurrency }) => {
  const options = { store: storeAt(place), clients: [benchClient(url)], keepWarm: 'always' as const }
  const punctual = openPunctual(options, refreshConcurrency === undefined ? {} : { refreshConcurrency })
  await connect(punctual, 'bench', 'first')
  await stock(place, grants)
  const all = someOf(grants, grants)
  await sealStock(place, all)

  return {
    async prepare() {
      await punctual.stop()
      await makeDue(place, all)
      await punctual.ready()
    },
    async round() {
      const done = untilRenewed(punctual, grants)
      punctual.start()
      await done
      return grants
    },
    close: () => punctual.stop(),
  }
}
