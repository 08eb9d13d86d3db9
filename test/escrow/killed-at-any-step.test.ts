// Processes that are killed while they compact an escrow, add to it, or heal from it: nothing that was kept is lost, and
// the next one goes on.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/core/clock.ts'
import { serializeEntry } from '../../src/escrow/entry.ts'
import { escrowFolder } from '../../src/escrow/folder.ts'
import { readKnown } from '../../src/escrow/heal.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { connect } from '../store/fixtures.ts'
import { preloads } from '../support/preloads.ts'
import { entryOf } from './entries.ts'
import { type PlaceKind, placeKinds, startPlace } from './place-kinds.ts'
import type { Job } from './worker.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const ends: (() => void)[] = []
after(() => {
  for (const end of ends) end()
})

/** Starts a process. `line` resolves with its next line, `ended` with all of its lines and the signal that ended it. */
function start(job: Job) {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url))
  const child = spawn(process.execPath, [...preloads, script, JSON.stringify(job)])
  ends.push(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  let told = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    told()
  })
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  const ended = new Promise<{ lines: string[]; signal: NodeJS.Signals | null; errors: string }>((resolve) =>
    child.on('close', (_, signal) => {
      told()
      resolve({ lines, signal, errors })
    }),
  )
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    async untilLines(count: number) {
      while (lines.length < count && child.exitCode === null)
        await new Promise<void>((resolve) => {
          told = resolve
        })
      assert.equal(errors, '')
    },
  }
}

for (const kind of placeKinds)
  test(`${kind}: no kept text is lost while processes that compact, and processes that add, are killed`, (t) =>
    killWritersAndCompactors(t, kind))

async function killWritersAndCompactors(t: TestContext, kind: PlaceKind): Promise<void> {
  const { setting: escrow, open } = await startPlace(t, kind)
  const kept = new Map<string, number>()
  let compactor = start({ kind: 'compact', escrow })
  for (let round = 0; round < 4; round++) {
    const writers = [1, 2].map((number) => `${round}-${number}`)
    const running = writers.map((writer) => ({ writer, ...start({ kind: 'add', escrow, writer }) }))
    for (const { untilLines } of running) await untilLines(80)
    compactor.kill()
    await compactor.ended
    compactor = start({ kind: 'compact', escrow })
    await compactor.untilLines(round % 3)
    for (const { writer, kill, ended } of running) {
      kill()
      kept.set(writer, Number((await ended).lines.at(-1)))
    }
  }
  compactor.kill()
  await compactor.ended
  const place = await open()
  const known = await readKnown(place, 'any')
  const lost = [...kept].flatMap(([writer, count]) =>
    Array.from({ length: count }, (_, index) => `${writer}-${index + 1}`).filter((grant) => !known.grants.has(grant)),
  )
  assert.deepEqual(lost, [])
  const last = start({ kind: 'compact', escrow })
  await last.untilLines(1)
  last.kill()
  await last.ended
  const again = await readKnown(place, 'any')
  assert.equal(again.grants.size, known.grants.size)
  if (kind === 'folder') assert.ok(readdirSync(escrow).length < 40, 'what a killed compaction leaves piles up')
}

test('a process that is killed before or after any grant that it heals leaves the rest to the next one', async (t) => {
  const folder = folderOf(t)
  const [database, escrow] = [join(folder, 'punctual.db'), join(folder, 'escrow')]
  const store = sqlite(database)
  await store.open(systemClock)
  const ids: string[] = []
  for (let index = 0; index < 150; index++) {
    const { connection } = await connect(store, { account: `account ${index}`, owner: `owner ${index}` })
    ids.push(connection.grant)
  }
  const name = await store.identity()
  await escrowFolder(escrow).append(ids.map((id) => serializeEntry(entryOf(id, 9, { store: name }))))
  const healed = async () => {
    const rows = await store.grants.positions(null, 1000)
    return rows.filter(({ generation }) => generation === 9).length
  }
  for (const fatal of [0, 1, 5, 20]) {
    const before = await healed()
    assert.equal((await start({ kind: 'heal', escrow, database, fatal }).ended).signal, 'SIGKILL')
    const after = await healed()
    assert.ok(after >= before + fatal && after < ids.length, `${before}, ${fatal}, ${after}`)
  }
  const left = ids.length - (await healed())
  const { lines, errors } = await start({ kind: 'heal', escrow, database, fatal: -1 }).ended
  assert.equal(errors, '')
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    healed: left,
    ended: 0,
    disconnected: 0,
    reconnected: 0,
    missing: [],
    damaged: 0,
  })
  for (const id of ids) {
    const row = await store.grants.get(id)
    assert.deepEqual([row?.generation, row?.tokens, row?.status], [9, `tokens of ${id} 9`, 'live'])
  }
  await store.close()
})
