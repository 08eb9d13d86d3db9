import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWrong, ids, look, startPlace } from '../doctor/place.ts'
import { startNight, startScenario } from './night.ts'

test('a secret that was replaced at the provider: the page of the client says what to compare', async (t) => {
  const night = await startNight(t)
  const connections = [
    await night.connect('calcom', { account: 'ada' }),
    await night.connect('calcom', { account: 'ben' }),
  ]
  await night.scenario('secret-replaced', { provider: 'calcom', client: night.sandbox.calcom.clientId })
  for (const connection of connections) assert.equal((await connection.refresh()).outcome, 'misconfigured')
  await night.punctual.stop()

  const found = await night.pages().attention(/refuses the client calcom /)
  assert.match(
    found.text,
    /\(invalid_client_credentials\).*Compare its id, secret and scopes with those at the provider, then restart/,
  )
  const client = await found.press()
  assert.match(
    client.text,
    /Refused Circuit breaker Open.*The provider says invalid_client_credentials.*No owner needs to reconnect/,
  )
  assert.doesNotMatch(await night.pages().allAttention(), /must be reconnected/)
})

test('a secret that was replaced at the provider: doctor knows that the id is right, and the secret is not', async (t) => {
  const place = await startPlace(t)
  await startScenario(place.sandbox, 'secret-replaced', { provider: 'calcom', client: ids.calcom })
  assertWrong(await look(place), {
    'credentials:calcom':
      /knows the client id[\s\S]*CALCOM_CLIENT_SECRET is not its secret[\s\S]*replaced at the provider/,
  })
})
