import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNight } from './night.ts'

test('a handler that throws: the first page says what it threw, and the event can be tried again', async (t) => {
  const night = await startNight(t, {
    deliverTo() {
      throw new TypeError('a message that nobody may read')
    },
  })
  // An event may be dispatched as soon as it is written, and its fault is reported once.
  const failed = new Promise<void>((resolve) => {
    night.punctual.on((event) => event.type === 'fault' && event.code === 'deliver_to_failed' && resolve())
  })
  await night.connect('calendly')
  night.punctual.start()
  await failed
  await night.punctual.stop()

  const found = await night.pages().attention(/failed lately, more than succeeded/)
  assert.match(found.text, /the handler threw \(TypeError\).*Look at what your handler or receiver has logged/)
  const events = await found.press()
  assert.match(events.text, /connection\.created.*the handler threw \(TypeError\).*Not acknowledged yet/)
  const event = await events.press('connection.created')
  assert.match(event.text, /the handler threw \(TypeError\).*Try now/)
  assert.doesNotMatch(`${events.html}${event.html}`, /nobody may read/)
})
