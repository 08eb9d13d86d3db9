import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNight } from './night.ts'

test('webhooks that are refused: the first page counts them, and their page says why and what to do', async (t) => {
  const night = await startNight(t)
  const scopes = ['users:read', 'event_types:read', 'scheduled_events:read', 'webhooks:write']
  const { id } = await night.connect('calendly', { account: 'ada', scopes })
  await night.punctual.webhooks.subscribe(id, { bookings: true })
  await night.scenario('webhooks-badly-signed', { provider: 'calendly', minutes: 60 })
  await night.bookingBy('calendly', 'ada')
  await night.punctual.stop()

  const found = await night.pages().attention(/of calendly (was|were) refused/)
  assert.match(found.text, /\(bad_signature\).*Compare the webhook key with the provider’s/)
  const refused = await found.press()
  assert.match(refused.text, /bad_signature Its signature does not fit\. Compare the webhook key with the provider’s/)
  assert.match((await refused.press('connection')).text, /Ada Lindqvist/)
})
