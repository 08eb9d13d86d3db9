// The journal folder of one replica: it outlives its processes, and its operations may fail.

import type { JournalFiles } from '../../src/keeper/journal.ts'
import { performWithFaults } from './fault-injection.ts'
import type { SimulatedProcess, World } from './world.ts'

export function faultyJournal(world: World, process: SimulatedProcess): JournalFiles {
  const { checker, faults, provider, scheduler } = world
  const files = checker.tracker.journals[process.replica] as Map<string, string>
  const failure = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  return {
    write(name, text) {
      const set = provider.sets[(checker.tracker.numberInJournal(text) ?? 0) - 1]
      const state = set && checker.tracker.stateOf(set)
      if (state) {
        state.writeStarted = true
        // The holder has given up on the store: it may have been suspended while the store took the set.
        if (!process.ended) state.storeFailedAt ??= scheduler.now()
      }
      const fate = faults.journal()
      return performWithFaults(world, process, {
        what: 'journal.write',
        fate,
        failure,
        async run() {
          if (state && fate.fails === 'after') state.journalFailed = true
          files.set(name, text)
          world.note(process.name, () => `journal.write set ${set?.n}`)
        },
        settled(happened) {
          if (state && !happened) state.journalFailed = true
        },
      })
    },
    remove: (name) =>
      performWithFaults(world, process, {
        what: 'journal.remove',
        fate: faults.journal(),
        failure,
        async run() {
          files.delete(name)
          world.note(process.name, () => `journal.remove ${files.size} left`)
        },
      }),
    read: () =>
      performWithFaults(world, process, {
        what: 'journal.read',
        fate: faults.journal(),
        failure,
        run: async () => new Map(files),
      }),
  }
}
