// A connection that was disconnected and taken up again, while the escrow could not be written.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { escrowFolder } from '../../src/escrow/folder.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../support/host.ts'

/** A host whose owner has taken a connection up again while the disk of the escrow was full. */
async function startResumed(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [file, backup] = [join(folder, 'punctual.db'), join(folder, 'backup.db')]
  const place = escrowFolder(join(folder, 'escrow'))
  let isFull = false
  const append = (texts: readonly string[]) =>
    isFull ? Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })) : place.append(texts)
  const host = await startHost(t, { store: sqlite(file), escrow: { ...place, append } })
  const connection = await host.connect('calendly')
  await host.punctual.stop()
  copyFileSync(file, backup)
  await connection.disconnect()
  isFull = true
  assert.equal((await host.connect('calendly')).id, connection.id)
  isFull = false
  await host.punctual.stop()
  const statusAfterStart = async () => {
    const restarted = host.another()
    await restarted.ready()
    const found = await restarted.connections.get(connection.id)
    if (found.status === 'active') await found.token()
    await restarted.stop()
    return found.status
  }
  return { statusAfterStart, restore: () => copyFileSync(backup, file) }
}

test('a connection that was taken up again while the escrow was full is not disconnected by the next start', async (t) => {
  const { statusAfterStart } = await startResumed(t)
  assert.equal(await statusAfterStart(), 'active')
})

test('the next start tells the escrow of it, so that a backup from before the disconnection is healed to it', async (t) => {
  const { statusAfterStart, restore } = await startResumed(t)
  await statusAfterStart()
  restore()
  assert.equal(await statusAfterStart(), 'active')
})
