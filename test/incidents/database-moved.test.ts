import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from '../cli/start.ts'
import { assertWrong, look, startPlace } from '../doctor/place.ts'
import { testKey } from '../support/settings.ts'
import { startNight } from './night.ts'

test('a database file that was moved: the first page names it, and says to restart with it in its place', async (t) => {
  const night = await startNight(t)
  const connection = await night.connect('calendly')
  await night.punctual.ready()
  renameSync(night.file, `${night.file}.old`)
  await assert.rejects(connection.disconnect(), { code: 'store_unavailable', reason: 'file_moved' })

  const found = await night.pages().attention(/not in its place/)
  assert.match(found.text, /punctual\.db has been moved or removed.*Restart it with the database where that is now/)
  assert.doesNotMatch(await night.pages().allAttention(), /can be reached from here/)
  renameSync(`${night.file}.old`, night.file)
  assert.equal(await night.pages().allAttention(), '')
})

test('a database that was copied to another one: the process that still has the old one says so', async (t) => {
  const night = await startNight(t)
  await night.connect('calendly')
  await night.punctual.stop()
  const moved = join(night.file, '..', 'new.db')
  const { code, stderr } = await run(['migrate', '--from', `sqlite:${night.file}`, '--to', `sqlite:${moved}`], {
    PUNCTUAL_KEYS: testKey,
    PUNCTUAL_DATA: join(night.file, '..'),
  })
  assert.equal(code, 0, stderr)

  const pages = night.pages()
  const first = await pages.attention(/not in its place/)
  assert.match(first.text, /has been copied to another database by "punctual migrate"\. Start with the new database\./)
  night.sandbox.clock.advance(600)
  assert.match((await pages.attention(/not in its place/)).text, /For 10 minutes/)
})

test('a database file that was moved: doctor says where it looked', async (t) => {
  const place = await startPlace(t)
  const file = join(place.data, 'punctual.db')
  renameSync(file, `${file}.old`)
  const settings = { PUNCTUAL_KEYS: undefined }
  const results = await look(place, { settings })
  assert.match(results.find(({ id }) => id === 'store')?.message ?? '', /There is no database at .*punctual\.db/)
})

test('a database that was copied to another one: doctor says to use the new one', async (t) => {
  const place = await startPlace(t)
  const file = join(place.data, 'punctual.db')
  const to = `sqlite:${join(place.data, 'new.db')}`
  const { code, stderr } = await run(['migrate', '--from', `sqlite:${file}`, '--to', to], place.settings)
  assert.equal(code, 0, stderr)
  assertWrong(await look(place), {
    schema: /has been copied to another database[\s\S]*Set PUNCTUAL_DATABASE to the new database/,
  })
})
