// What doctor says of refreshed tokens that wait in the journal.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { look, startPlace } from './place.ts'

const entry = {
  store: null,
  renewal: { grant: 'grant_1', generation: 1, spent: 'a', tokens: 'p1.aaaaaaaa.b' },
  writtenAt: 1,
  expiresAt: 2,
}

test('what waits in the journal is said with what stores it, whether the database is there or not', async (t) => {
  const place = await startPlace(t)
  mkdirSync(join(place.data, 'journal'), { recursive: true })
  writeFileSync(join(place.data, 'journal/one.json'), JSON.stringify(entry))
  const said = async (settings: Record<string, string>) =>
    (await look(place, { settings })).find(({ id }) => id === 'journal')?.message ?? ''
  assert.match(
    await said({ PUNCTUAL_DATABASE: join(place.folder, 'none', 'punctual.db') }),
    /A running service stores it as soon as the database can be used\. If none runs, start one\.$/,
  )
  assert.match(await said({}), /A running service stores it within a minute\. If none runs, start one\.$/)
})
