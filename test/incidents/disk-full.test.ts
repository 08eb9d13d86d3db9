import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { emptyFolder } from '../cli/start.ts'
import { look, makeDatabase, startPlace } from '../doctor/place.ts'
import { preloads } from '../support/preloads.ts'
import { testKey } from '../support/settings.ts'
import { readPages } from './night.ts'

/** A disk of two megabytes; `null` where this user may mount none. */
function smallDisk(t: TestContext): string | null {
  const folder = emptyFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder], { stdio: 'ignore' })
  if (status !== 0) return null
  t.after(() => spawnSync('umount', ['-l', folder]))
  return folder
}

/** The first page of a process whose database has filled the disk, or the longest file that it may write. */
function firstPage(folder: string, limit: string): { readonly wrote: string; readonly html: string } {
  const script = fileURLToPath(new URL('full-disk-process.ts', import.meta.url))
  const words = [process.execPath, ...preloads, script, join(folder, 'punctual.db')]
  return JSON.parse(execFileSync('bash', ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, ...words], { encoding: 'utf8' }))
}

test('a full disk: the first page says so before anything else, and what waits meanwhile', async (t) => {
  const disk = smallDisk(t)
  if (disk === null) return t.skip('this user may mount no disk')
  const { wrote, html } = firstPage(disk, 'unlimited')
  assert.equal(wrote, 'SQLITE_FULL')
  const found = await readPages(() => new Response(html)).attention(/there is no space left/)
  assert.match(found.text, /Free space on the disk of the database\. Refreshed tokens wait in the journal until then/)
})

test('a database that may not grow: the first page sends the person to its disk', async () => {
  const { wrote, html } = firstPage(emptyFolder(), '1024')
  assert.equal(wrote, 'SQLITE_IOERR')
  const found = await readPages(() => new Response(html)).attention(/The database cannot be used/)
  assert.match(found.text, /its disk works and has room/)
})

test('a full disk: doctor says how little room there is', async (t) => {
  const disk = smallDisk(t)
  if (disk === null) return t.skip('this user may mount no disk')
  const place = await startPlace(t)
  const database = join(disk, 'punctual.db')
  await makeDatabase(database, testKey)
  assert.throws(() => writeFileSync(join(disk, 'log'), Buffer.alloc(4_000_000)), { code: 'ENOSPC' })
  const store = (await look(place, { settings: { PUNCTUAL_DATABASE: database } })).find(({ id }) => id === 'store')
  assert.equal(store?.kind, 'wrong')
  assert.match(`${store?.message} ${store?.fix}`, /has 0 MiB left.*Make room on that disk\. Refreshed tokens wait/)
})
