// The journal folder of one replica: it outlives its processes, and writing to it may fail.

import type { JournalFiles } from '../../src/keeper/journal.ts'
import { cross } from './fault-injection.ts'
import type { Life, World } from './world.ts'

export function journalSeam(world: World, life: Life): JournalFiles {
  const { ledger, faults, provider } = world
  const files = ledger.custody.journals[life.replica] as Map<string, string>
  const failure = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  return {
    write(name, text) {
      const set = provider.sets[(ledger.custody.numberInJournal(text) ?? 0) - 1]
      const way = set && ledger.custody.way(set)
      if (way) way.started = true
      const fate = faults.journal()
      return cross(world, life, {
        what: 'journal.write',
        fate,
        failure,
        async run() {
          if (way && fate.fails === 'after') way.unwritten = true
          files.set(name, text)
          world.note(life.name, () => `journal.write set ${set?.n}`)
        },
        settled(happened) {
          if (way && !happened) way.unwritten = true
        },
      })
    },
    remove: (name) =>
      cross(world, life, {
        what: 'journal.remove',
        fate: faults.journal(),
        failure,
        async run() {
          files.delete(name)
          world.note(life.name, () => `journal.remove ${files.size} left`)
        },
      }),
    read: () =>
      cross(world, life, {
        what: 'journal.read',
        fate: faults.journal(),
        failure,
        run: async () => new Map(files),
      }),
  }
}
