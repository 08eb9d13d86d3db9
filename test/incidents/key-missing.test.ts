import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWrong, look, otherKey, startPlace } from '../doctor/place.ts'
import { startNight } from './night.ts'

test('a key that is missing: the first page says to put it back, and the errors name the code', async (t) => {
  const night = await startNight(t)
  const { id } = await night.connect('calendly')
  await night.punctual.stop()
  const restarted = night.another({ keys: [otherKey] })
  await assert.rejects((await restarted.connections.get(id)).fetch('/users/me'), { reason: 'unknown_key' })
  await restarted.stop()

  const found = await night.pages(restarted).attention(/cannot be opened with the keys at hand/)
  assert.match(
    found.text,
    /Put the key that sealed it back into "keys" \(PUNCTUAL_KEYS\).*"punctual keys check" says which one is missing/,
  )
  assert.match((await found.press()).text, /unknown_key/)
})

test('a key that is missing: doctor says how many values need it, and where it belongs', async (t) => {
  const place = await startPlace(t)
  assertWrong(await look(place, { settings: { PUNCTUAL_KEYS: otherKey } }), {
    keys: /None of the \d+ sealed values? opens: they need the key [\s\S]*Set PUNCTUAL_KEYS to the keys of this database/,
  })
})
