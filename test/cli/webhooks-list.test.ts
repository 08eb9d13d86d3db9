import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startOperated } from './operated.ts'

const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']

interface Shown {
  readonly connection: string
  readonly health: string
  readonly detail: string | null
}

test('each subscription is listed with its health: one of a broken connection does not work', async (t) => {
  const place = await startOperated(t)
  await place.punctual.ready()
  const none = await place.command('webhooks', 'list')
  assert.deepEqual([none.code, none.stdout], [0, 'There is no webhook subscription.\n'])
  const { id } = await place.connect('calcom', { account: 'ada', owner: 'ada', scopes })
  await place.punctual.webhooks.subscribe(id, ['BOOKING_CREATED'])
  const healthy = await place.lines<Shown>('webhooks', 'list')
  assert.deepEqual(
    healthy.map(({ connection, health }) => [connection, health]),
    [[id, 'works']],
  )
  assert.equal((await place.command('webhooks', 'list', '--broken')).stdout, 'No subscription is broken.\n')
  place.sandbox.revoke({ provider: 'calcom', account: 'ada' })
  place.sandbox.clock.advance(3600)
  await (await place.punctual.connections.get(id)).token().catch(() => {})
  const [broken] = await place.lines<Shown>('webhooks', 'list', id, '--broken')
  assert.deepEqual([broken?.health, broken?.detail], ['broken', 'the connection is needs_reconnect, refused'])
  const table = await place.command('webhooks', 'list', '--owner', 'ada')
  assert.match(table.stdout, /^id +connection +client +health +events +since +detail$/m)
  assert.deepEqual((await place.command('webhooks', 'list', id, '--owner', 'ben')).code, 1)
  assert.equal(
    (await place.command('webhooks', 'list', '--owner', 'ben')).stdout,
    'There is no webhook subscription.\n',
  )
})
