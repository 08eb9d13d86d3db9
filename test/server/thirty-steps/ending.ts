// What has happened is read, and the connection ends.

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { expectData, expectProblem, type Journey, recall, type Step, step } from './journey.ts'

/** Reads the feed to its end, and again with its cursor until an event of that type is there. */
async function eventsUntil({ api }: Journey, type: string): Promise<string[]> {
  const types: string[] = []
  for (let cursor: string | undefined; !types.includes(type); ) {
    const params = { query: { limit: 2, ...(cursor !== undefined && { cursor }) } }
    const page = expectData(await api.GET('/v1/events', { params }))
    types.push(...page.events.map((event: { type: string }) => event.type))
    if (page.events.length === 0) await setTimeout(20)
    cursor = page.cursor
  }
  return types
}

export const ending: readonly Step[] = [
  step('read in the feed what has happened, in order', async (journey) => {
    await journey.delivered()
    const types = (await eventsUntil(journey, 'booking.cancelled')).filter((type) => type !== 'webhook.received')
    const moved = journey.client === 'calcom' ? ['booking.rescheduled'] : []
    assert.deepEqual(types, ['connection.created', 'booking.created', ...moved, 'booking.cancelled'])
  }),
  step('see it in the metrics, which name no owner', async ({ url, client }) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    assert.match(text, new RegExp(`^punctual_connections\\{client="${client}",status="active"\\} 1$`, 'm'))
    assert.doesNotMatch(text, /user-42/)
  }),
  step('remove the subscription', async (journey) => {
    const params = { path: { id: recall(journey, 'connection') } }
    expectData(await journey.api.DELETE('/v1/connections/{id}/webhooks', { params }))
  }),
  step('end the connection, which revokes the grant', async (journey) => {
    const params = { path: { id: recall(journey, 'connection') } }
    const result = expectData(await journey.api.DELETE('/v1/connections/{id}', { params }))
    const settled = [...result.revoked, ...result.notRevoked.map(({ token }: { token: string }) => token)]
    assert.deepEqual(settled.sort(), ['access_token', 'refresh_token'])
  }),
  step('find no token any more', async (journey) => {
    const params = { path: { id: recall(journey, 'connection') } }
    const answer = await journey.api.POST('/v1/connections/{id}/token', { params, body: {} })
    expectProblem(answer, 404, 'connection_not_found')
  }),
]
