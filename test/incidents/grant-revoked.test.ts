import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNight } from './night.ts'

test('a grant that was revoked: two clicks lead to the connection, which offers a link for its owner', async (t) => {
  const night = await startNight(t)
  const connection = await night.connect('calendly', { account: 'ada', owner: 'ada' })
  await night.scenario('access-revoked', { provider: 'calendly', account: 'ada' })
  assert.equal((await connection.refresh()).outcome, 'refused')
  await night.punctual.stop()

  const found = await night.pages().attention(/1 connection of calendly must be reconnected/)
  assert.match(found.text, /Send each owner a reconnect link/)
  const list = await found.press()
  const page = await list.press('Ada Lindqvist')
  assert.match(
    page.text,
    /Calendly no longer accepts this connection: access was revoked there, or has expired\. The owner must reconnect/,
  )
  assert.match(page.text, /The grant is over: the provider refused its refresh token/)
  assert.match(page.html, new RegExp(`action="[^"]*/connections/${connection.id}/link"`))
})
