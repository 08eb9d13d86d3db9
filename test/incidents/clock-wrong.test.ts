import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { look, startPlace } from '../doctor/place.ts'
import { startNight } from './night.ts'

const hourMs = 3_600_000

test('a clock that is wrong: the pages show webhooks that seem to come from the future, and send the person to the clock', async (t) => {
  const night = await startNight(t)
  const scopes = ['users:read', 'event_types:read', 'scheduled_events:read', 'webhooks:write']
  const { id } = await night.connect('calendly', { account: 'ada', scopes })
  await night.punctual.webhooks.subscribe(id, { bookings: true })
  await night.punctual.stop()
  // The same application after a restart on a machine whose clock is an hour behind.
  const behind = { ...night.clock, now: () => night.clock.now() - hourMs, monotonic: () => night.clock.monotonic() }
  const wrong = night.another({ store: sqlite(night.file), clock: behind })
  Object.assign(night, { punctual: wrong })
  await night.bookingBy('calendly', 'ada')
  await wrong.stop()

  const found = await night.pages().attention(/refused in the last hour/)
  assert.match(found.text, /\(in_the_future\).*check this machine’s clock/)
  const refused = await found.press()
  assert.match(refused.text, /in_the_future It was signed in the future\. Check this machine’s clock/)
})

for (const [word, offMs] of [
  ['ahead of', hourMs],
  ['behind', -hourMs],
] as const)
  test(`a clock that is ${word === 'behind' ? 'behind' : 'ahead'}: doctor compares it with the providers’`, async (t) => {
    const place = await startPlace(t)
    const clock = (await look(place, { now: () => Date.now() + offMs })).find(({ id }) => id === 'clock')
    assert.equal(clock?.kind, 'wrong')
    assert.match(
      clock?.message ?? '',
      new RegExp(`This machine's clock is .* ${word} the clock of (Calendly|Cal\\.com)`),
    )
    assert.match(clock?.fix ?? '', /NTP \(timedatectl set-ntp true\)/)
  })
