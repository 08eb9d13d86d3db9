import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journalFolder, replaceEntry } from './journal-files.ts'

const [before, after] = ['{"tokens":"before"}', '{"tokens":"after"}']

async function withEntry(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const journal = journalFolder(folder)
  await journal.write('one.json', before)
  const read = async () => Object.fromEntries(await journal.read())
  return { folder, path: join(folder, 'one.json'), journal, read }
}

test('an entry is replaced, and what stood there before is not read any more', async (t) => {
  const { folder, journal, read } = await withEntry(t)
  assert.equal(await replaceEntry(folder, 'one.json', after), true)
  assert.deepEqual(await read(), { 'one.json': after })
  assert.equal(await replaceEntry(folder, 'one.json', before), true)
  assert.deepEqual(await read(), { 'one.json': before })
  await journal.write('one.json', after)
  assert.equal(readFileSync(join(folder, 'one.json'), 'utf8'), after)
})

test('a file that was removed does not come back', async (t) => {
  const { folder, path, journal } = await withEntry(t)
  await journal.remove('one.json')
  assert.equal(await replaceEntry(folder, 'one.json', after), false)
  assert.equal(existsSync(path), false)
  assert.deepEqual(readdirSync(folder), [])
})

test('a file that is removed or written again at any moment of a replacement is gone, or as it was written', async (t) => {
  const { folder, journal, read } = await withEntry(t)
  const counts = { replaced: 0, gone: 0 }
  for (let n = 0; n < 40; n++) {
    await journal.write('one.json', before)
    const isRemoved = n % 2 === 0
    const other = isRemoved ? journal.remove('one.json') : journal.write('one.json', '{"tokens":"newer"}')
    const replacing = replaceEntry(folder, 'one.json', after)
    await other
    counts[(await replacing) ? 'replaced' : 'gone']++
    if (isRemoved) assert.deepEqual(await read(), {})
    else assert.match((await read())['one.json'] ?? '', /newer|after/)
  }
  assert.equal(counts.replaced + counts.gone, 40)
})

test('of a line that a crash has cut, the one before it stands', async (t) => {
  const { folder, path, read } = await withEntry(t)
  for (const cut of [`\n`, `\n${after.slice(0, -1)}`, `\n${after.slice(0, 4)}`]) {
    appendFileSync(path, cut)
    assert.deepEqual(await read(), { 'one.json': before })
  }
  assert.equal(await replaceEntry(folder, 'one.json', after), true)
  assert.deepEqual(await read(), { 'one.json': after })
})
