import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { EscrowPlace } from '../core/escrow-place.ts'
import { escrowFolder } from './folder.ts'

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'escrow')
}

const textsOf = async (place: EscrowPlace) => [...new Set((await place.read(null)).texts)].sort()
const all = (texts: readonly string[]) => texts

test('only its owner may read the folder and what is in it', async (t) => {
  const folder = emptyFolder(t)
  await escrowFolder(folder).append(['a'])
  await escrowFolder(folder).compact(all)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
})

test('a text that was cut by the end of its process is not read, and the next one is whole', async (t) => {
  const folder = emptyFolder(t)
  const place = escrowFolder(folder)
  await place.append(['a'])
  const [name = ''] = readdirSync(folder)
  appendFileSync(join(folder, name), 'half of a te')
  assert.deepEqual(await textsOf(place), ['a'])
})

test('a writer whose file a compaction takes away in the middle of a write writes again', async (t) => {
  const folder = emptyFolder(t)
  const writer = escrowFolder(folder)
  await writer.append(['a'])
  const [name = ''] = readdirSync(folder)
  // As a compaction leaves it that has read the file before the write, and has ended.
  renameSync(join(folder, name), join(folder, 'gone'))
  await writer.append(['b'])
  rmSync(join(folder, 'gone'))
  assert.deepEqual(await textsOf(writer), ['b'])
})

test('a writer whose file is taken away each time that it is made keeps its texts all the same', async (t) => {
  const folder = emptyFolder(t)
  const writer = escrowFolder(folder)
  await writer.append(['a'])
  await writer.compact(all)
  let isOver = false
  // Many compactions, which take each file before it has a text.
  const taking = (async () => {
    for (; !isOver; await stat(folder))
      for (const name of readdirSync(folder)) {
        const path = join(folder, name)
        if (name.endsWith('.log') && statSync(path).size === 0) rmSync(path)
      }
  })()
  await writer.append(['b'])
  isOver = true
  await taking
  assert.deepEqual(await textsOf(writer), ['a', 'b'])
})

test('what a compaction was killed in is read, and cleared away by the next one', async (t) => {
  const folder = emptyFolder(t)
  await escrowFolder(folder).append(['a'])
  const [name = ''] = readdirSync(folder)
  const steps: Record<string, () => void> = {
    'after the renaming': () => renameSync(join(folder, name), join(folder, `${name}.taken`)),
    'while it writes': () => writeFileSync(join(folder, `${'0'.repeat(24)}.part`), 'a\nhal'),
    'before it deletes': () => writeFileSync(join(folder, `${'0'.repeat(24)}.log`), 'a\n'),
  }
  for (const [step, take] of Object.entries(steps)) {
    take()
    assert.deepEqual(await textsOf(escrowFolder(folder)), ['a'], step)
  }
  await escrowFolder(folder).compact((texts) => [...new Set(texts)])
  assert.deepEqual((await escrowFolder(folder).read(null)).texts, ['a'])
  assert.equal(readdirSync(folder).filter((one) => one.endsWith('.taken')).length, 0)
})

test('a file that is not of the escrow is neither read nor removed', async (t) => {
  const folder = emptyFolder(t)
  const place = escrowFolder(folder)
  await place.append(['a'])
  const foreign = ['application.log', 'download.part', 'old.log.taken'].map((name) => join(folder, name))
  for (const path of foreign) {
    writeFileSync(path, 'a line of somebody else\n')
    utimesSync(path, 0, 0)
  }
  assert.deepEqual(await textsOf(place), ['a'])
  await place.compact(all)
  assert.deepEqual(
    foreign.map((path) => readFileSync(path, 'utf8')),
    foreign.map(() => 'a line of somebody else\n'),
  )
})

test('a folder that cannot be written is refused when it is checked', async (t) => {
  const folder = emptyFolder(t)
  await escrowFolder(folder).check?.()
  writeFileSync(folder, '')
  await assert.rejects(async () => escrowFolder(folder).check?.(), { code: 'ENOTDIR' })
  await assert.rejects(escrowFolder(folder).read(null), { code: 'ENOTDIR' })
  rmSync(folder)
  chmodSync(join(folder, '..'), 0o700)
})
