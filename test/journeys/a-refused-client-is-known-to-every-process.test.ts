import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startScripted } from '../support/scripted-provider.ts'

test('that a client is refused is known to every process with its secret, until it is accepted again', async (t) => {
  const host = startScripted(t)
  const [one, two] = [await host.connect('one'), await host.connect('two')]
  // With a listener, nothing is written to the terminal.
  host.punctual.on(() => {})
  const replica = host.another()
  const mended = host.another({ clientSecret: 'another-secret' })
  const states = () => Promise.all([host.punctual, replica, mended].map((each) => each.clientState('scripted')))
  assert.deepEqual(await states(), ['usable', 'usable', 'usable'])

  host.answer = () => ({ status: 401, body: { error: 'invalid_client' } })
  host.advance(3700)
  await assert.rejects(one.token(), { code: 'client_misconfigured' })
  assert.deepEqual(await states(), ['usable', 'usable', 'usable'], 'one refusal may be about one grant')
  await assert.rejects(two.token(), { code: 'client_misconfigured' })
  assert.deepEqual(await states(), ['client_refused', 'client_refused', 'usable'])

  host.answer = () => null
  host.advance(900)
  await one.token()
  assert.deepEqual(await states(), ['usable', 'usable', 'usable'])
})
