import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWrong, look, startPlace } from '../doctor/place.ts'
import { startNight, startScenario } from './night.ts'

test('a provider that is down: the first page says so, and that nobody has to reconnect', async (t) => {
  const night = await startNight(t)
  const connection = await night.connect('calendly')
  await night.scenario('provider-down', { provider: 'calendly', minutes: 60 })
  assert.equal((await connection.test()).outcome, 'unavailable')
  assert.equal((await connection.test()).outcome, 'unavailable')
  await night.punctual.stop()

  const found = await night.pages().attention(/provider of calendly/)
  assert.match(found.text, /got no usable answer \(server_error\).*status page.*no one needs to reconnect.*For/)
  const client = await found.press()
  assert.match(client.text, /Calendly Accepted.*Last 20 minutes \d answered, 2 without a usable answer/)
})

test('a provider that is down: doctor says so, and to wait', async (t) => {
  const place = await startPlace(t)
  await startScenario(place.sandbox, 'provider-down', { provider: 'calcom', minutes: 60 })
  const results = await look(place)
  assertWrong(
    results.filter(({ id }) => id !== 'callback:calcom' && id !== 'scopes:calcom'),
    { 'credentials:calcom': /has a fault of its own \(503\)[\s\S]*Wait until the provider works again/ },
  )
})
