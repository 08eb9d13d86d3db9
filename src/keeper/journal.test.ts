import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSetAside } from '../core/set-aside.ts'
import { createJournal } from './journal.ts'

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} }
const answer = { attempt: 'attempt_1', client: 'calendly', answer: 'sealed' }

/** A journal of files of which none can be removed while `isStuck`. */
function journalOfFiles() {
  const files = new Map<string, string>()
  const reports: string[] = []
  const disk = { isStuck: false, names: () => [...files.keys()] }
  const journal = createJournal({
    clock,
    files: {
      write: async (name, text) => void files.set(name, text),
      async remove(name) {
        if (disk.isStuck) throw Object.assign(new Error('busy'), { code: 'EBUSY' })
        files.delete(name)
      },
      read: async () => new Map(files),
    },
    identity: async () => 'db_1',
    aside: createSetAside(clock, ({ message }) => void reports.push(message)),
  })
  const replay = () =>
    journal.replay({ storeRenewal: async () => {}, storeAnswer: async () => {} }, 'answers of calendly')
  return { journal, disk, replay, reports }
}

test('a file whose entry is stored, and that could not be removed, is removed later', async () => {
  const { journal, disk, replay } = journalOfFiles()
  await journal.keepAnswer(answer)
  disk.isStuck = true
  assert.equal(await replay(), 'done')
  await journal.removeStored()
  assert.equal(disk.names().length, 1)
  disk.isStuck = false
  await journal.removeStored()
  assert.deepEqual(disk.names(), [])
})

test('a file that cannot be removed is reported once, by its name and with what to do', async () => {
  const { journal, disk, replay, reports } = journalOfFiles()
  await journal.keepAnswer(answer)
  disk.isStuck = true
  await replay()
  for (let round = 0; round < 3; round++) await journal.removeStored()
  const [report = '', ...others] = reports
  assert.match(
    report,
    /^journal file attempt_1\.answer\.json: .*cannot be removed \(EBUSY\).* remove the file yourself/,
  )
  assert.deepEqual(others, [])
  disk.isStuck = false
  await journal.removeStored()
  await journal.keepAnswer(answer)
  disk.isStuck = true
  await replay()
  assert.equal(reports.length, 2, 'a later failure is reported again')
})

test('a file that was written again meanwhile stays until its entry is stored', async () => {
  const { journal, disk, replay } = journalOfFiles()
  await journal.keepAnswer(answer)
  disk.isStuck = true
  await replay()
  disk.isStuck = false
  await journal.keepAnswer(answer)
  await journal.removeStored()
  assert.equal(disk.names().length, 1)
  await replay()
  assert.deepEqual(disk.names(), [])
})

test('an entry that was written at a later time than it is now counts as older than any token lives', async () => {
  const files = new Map<string, string>()
  const at = (now: number) =>
    createJournal({
      clock: { ...clock, now: () => now },
      files: {
        write: async (name, text) => void files.set(name, text),
        remove: async () => {},
        read: async () => new Map(files),
      },
      identity: async () => 'db_1',
      aside: createSetAside(clock, () => {}),
    })
  const dayMs = 86_400_000
  await at(dayMs).keepAnswer(answer)
  const agesAt = async (now: number) => {
    const ages: number[] = []
    const journal = at(now)
    await journal.load()
    const storeAnswer = async (_: unknown, ageMs: number) => void ages.push(ageMs)
    await journal.replay({ storeRenewal: async () => {}, storeAnswer }, 'answers of calendly')
    return ages
  }
  assert.deepEqual(await agesAt(2 * dayMs), [dayMs])
  // A right clock may be corrected.
  assert.deepEqual(await agesAt(dayMs - 1000), [0])
  assert.ok(((await agesAt(0))[0] ?? 0) > 365 * dayMs)
})
