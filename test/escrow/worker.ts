// A process on an escrow, or on a database and its escrow. Its argument is one job as JSON.

import { escrowOf } from '../../src/cli/settings/escrow.ts'
import { systemClock } from '../../src/core/clock.ts'
import { compact } from '../../src/escrow/compact.ts'
import { serializeEntry } from '../../src/escrow/entry.ts'
import { heal, readKnown } from '../../src/escrow/heal.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { entryOf } from './entries.ts'

export type Job =
  /** Adds one grant after another, and prints how many once each is kept, until it is killed. */
  | { readonly kind: 'add'; readonly escrow: string; readonly writer: string }
  /** Compacts again and again, until it is killed. */
  | { readonly kind: 'compact'; readonly escrow: string }
  /** Heals; is killed right before it heals its first grant, or after that many. */
  | { readonly kind: 'heal'; readonly escrow: string; readonly database: string; readonly fatal: number }

const job = JSON.parse(process.argv[2] ?? '') as Job
const place = await escrowOf(job.escrow)

switch (job.kind) {
  case 'add':
    for (let count = 1; ; count++) {
      await place.append([serializeEntry(entryOf(`${job.writer}-${count}`, 1))])
      process.stdout.write(`${count}
`)
    }
  case 'compact':
    for (;;) {
      await compact(place, Date.now())
      process.stdout.write('compacted\n')
    }
  case 'heal': {
    const store = sqlite(job.database)
    await store.open(systemClock)
    let healed = 0
    const die = () => process.kill(process.pid, 'SIGKILL')
    const grants: typeof store.grants = {
      ...store.grants,
      async heal(...values) {
        if (job.fatal === 0) die()
        const result = await store.grants.heal(...values)
        if (++healed === job.fatal) die()
        return result
      },
    }
    const known = await readKnown(place, await store.identity())
    const done = await heal(known, { store: { ...store, grants }, clock: systemClock })
    process.stdout.write(`${JSON.stringify(done)}\n`)
    await store.close()
    await place.close?.()
  }
}
