// A response has the shape of its type, or is an error that names the field. Fields without a name are kept.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PunctualError } from '../../src/core/errors.ts'
import type { RefusalReason } from '../../src/core/provider.ts'
import { calcomApi } from '../../src/providers/calcom/index.ts'
import { calendlyApi } from '../../src/providers/calendly/index.ts'
import { all, refused } from './person.ts'
import { scripted } from './scripted.ts'

const api = 'https://api.calendly.com'
const event = {
  ...{ uri: `${api}/scheduled_events/A`, status: 'active', created_at: '2026-11-21T09:00:00.000000Z' },
  ...{ start_time: '2026-11-23T09:00:00.000000Z', end_time: '2026-11-23T09:15:00.000000Z' },
}
const unexpected = { reason: 'unexpected_answer' }

describe('a response', () => {
  test('with only the fields that callers rely on is accepted, and so is one with many more', async () => {
    const more = { ...event, name: null, status: 'postponed', location: { type: 'moon', crater: 7 }, brand_new: [1] }
    const { scheduledEvent } = calendlyApi(scripted('calendly', { resource: event }, { resource: more }))
    assert.deepEqual(await scheduledEvent(event.uri), event)
    assert.deepEqual(await scheduledEvent(event.uri), more)
  })

  test('that lacks a field, or has a wrong value in it, is an error that names the field and not the value', async () => {
    const { start_time: _, ...lacking } = event
    const wrong = { ...event, event_memberships: [{ user: 'A' }, { user: { name: 'a-private-value' } }] }
    const typed = calendlyApi(scripted('calendly', { resource: lacking }, { resource: wrong }))
    const missing = await refused(() => typed.scheduledEvent(event.uri), 'provider_unavailable', {
      ...unexpected,
      message: /^`calendly.scheduledEvent`: .* "resource.start_time" is missing\.$/,
    })
    assert.deepEqual(missing.answer, { status: 200, body: { resource: lacking } })
    const other = await refused(() => typed.scheduledEvent(event.uri), 'provider_unavailable', {
      ...unexpected,
      message: /"resource.event_memberships.1.user" is not of type string\.$/,
    })
    assert.doesNotMatch(`${other.stack}${JSON.stringify(other)}`, /a-private-value/)
  })

  test('that is a page, empty, or a redirect is an error', async () => {
    const page = new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
    const redirect = new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } })
    const typed = calcomApi(scripted('calcom', page, new Response(null, { status: 204 }), redirect))
    for (const message of [
      /"data" is missing|the body is not of type object/,
      /the body is not of type object/,
      /its status is 302/,
    ]) {
      await refused(() => typed.me(), 'provider_unavailable', { ...unexpected, message })
    }
  })

  test('of another shape to a call that changes something leaves the outcome unknown', async () => {
    const made = Response.json({ status: 'success', data: {} }, { status: 201 })
    const away = [302, 408, 500].map((status) => new Response('', { status }))
    const typed = calcomApi(scripted('calcom', made, new Response('<html>', { status: 200 }), ...away))
    const booking = {
      eventTypeId: 1,
      start: event.start_time,
      attendee: { name: 'G', timeZone: 'UTC', email: 'g@x.y' },
    }
    const messages = [/"data.uid" is missing\. Whether the change was made is unknown/, /body is not of type object/]
    for (const message of [...messages, /status is 302/, /status is 408/, /status is 500/]) {
      await refused(() => typed.book(booking), 'provider_unavailable', { reason: 'outcome_unknown', message })
    }
  })

  test('that is a refusal is thrown as an error with its meaning', async () => {
    const failure = new PunctualError('provider_refused', 'No.', { reason: 'slot_taken' })
    const typed = calendlyApi(scripted('calendly', failure))
    await assert.rejects(typed.me(), failure)
  })
})

test('an item of a list is checked as it is read', async () => {
  const typed = calendlyApi(scripted('calendly', { collection: [event, { ...event, uri: 7 }] }))
  const items: unknown[] = []
  const attempt = async () => {
    for await (const one of typed.scheduledEvents()) items.push(one)
  }
  await refused(attempt, 'provider_unavailable', {
    ...unexpected,
    message: /`calendly.scheduledEvents`: .* "uri" is not of type string/,
  })
  assert.deepEqual(items, [event])
})

describe('an organization that the caller does not name', () => {
  const organizations = [`${api}/organizations/OLD`, `${api}/organizations/NEW`]
  const [me, later] = organizations.map((current_organization) => ({ resource: { current_organization } }))
  const changed = () => refusal('organization_changed')
  const refusal = (reason: RefusalReason) => new PunctualError('provider_refused', 'No.', { reason })
  const made = { resource: { uri: organizations[1] } }

  test('is read again when it is refused, and the call is sent once more if it has changed', async () => {
    for (const reason of ['organization_changed', 'not_permitted'] as const) {
      const connection = scripted('calendly', me ?? {}, refusal(reason), later ?? {}, made)
      assert.equal((await calendlyApi(connection).organization()).uri, organizations[1])
      assert.deepEqual(connection.asked, [
        ...['GET /users/me', `GET ${organizations[0]}`, 'GET /users/me', `GET ${organizations[1]}`],
      ])
    }
  })

  test('is not tried a second time if it is still the same, nor if the caller named it', async () => {
    const same = scripted('calendly', me ?? {}, changed(), me ?? {})
    await refused(() => calendlyApi(same).organization(), 'provider_refused', { reason: 'organization_changed' })
    assert.equal(same.asked.length, 3)
    const named = scripted('calendly', changed())
    await refused(() => calendlyApi(named).organization(organizations[0]), 'provider_refused')
    assert.equal(named.asked.length, 1)
  })

  test('is added to a list, too', async () => {
    const connection = scripted('calendly', me ?? {}, { collection: [] })
    assert.deepEqual(await all(calendlyApi(connection).webhookSubscriptions()), [])
    assert.match(connection.asked[1] ?? '', /^list \/webhook_subscriptions\?.*organization=https.*OLD/)
  })
})
