// An answer is what its type says, or an error that names the field. What nobody has named is kept.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PunctualError } from '../../src/core/errors.ts'
import { withFailure } from '../../src/core/failure.ts'
import type { RefusalReason } from '../../src/core/provider.ts'
import { calcom } from '../../src/providers/calcom/index.ts'
import { calendly } from '../../src/providers/calendly/index.ts'
import { all, refused } from './person.ts'
import { scripted } from './scripted.ts'

const api = 'https://api.calendly.com'
const event = {
  ...{ uri: `${api}/scheduled_events/A`, status: 'active', created_at: '2026-11-21T09:00:00.000000Z' },
  ...{ start_time: '2026-11-23T09:00:00.000000Z', end_time: '2026-11-23T09:15:00.000000Z' },
}
const unexpected = { reason: 'unexpected_answer' }

describe('an answer', () => {
  it('that holds no more than what callers rely on is taken, and so is one with much more', async () => {
    const more = { ...event, name: null, status: 'postponed', location: { type: 'moon', crater: 7 }, brand_new: [1] }
    const { scheduledEvent } = calendly(scripted('calendly', { resource: event }, { resource: more }))
    assert.deepEqual(await scheduledEvent(event.uri), event)
    assert.deepEqual(await scheduledEvent(event.uri), more)
  })

  it('that lacks a field, or has another kind of value in it, says which and not what', async () => {
    const { start_time: _, ...lacking } = event
    const wrong = { ...event, event_memberships: [{ user: 'A' }, { user: { name: 'a-private-value' } }] }
    const typed = calendly(scripted('calendly', { resource: lacking }, { resource: wrong }))
    const missing = await refused(() => typed.scheduledEvent(event.uri), 'provider_unavailable', {
      ...unexpected,
      message: /^`calendly.scheduledEvent`: .* "resource.start_time" is missing\.$/,
    })
    assert.deepEqual(missing.answer, { status: 200, body: { resource: lacking } })
    const other = await refused(() => typed.scheduledEvent(event.uri), 'provider_unavailable', {
      ...unexpected,
      message: /"resource.event_memberships.1.user" is no string\.$/,
    })
    assert.doesNotMatch(`${other.stack}${JSON.stringify(other)}`, /a-private-value/)
  })

  it('that is a page, nothing, or a redirect is none', async () => {
    const page = new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
    const redirect = new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } })
    const typed = calcom(scripted('calcom', page, new Response(null, { status: 204 }), redirect))
    for (const message of [/"data" is missing|the body is no object/, /the body is no object/, /its status is 302/]) {
      await refused(() => typed.me(), 'provider_unavailable', { ...unexpected, message })
    }
  })

  it('of a change does not say whether it was made', async () => {
    const made = Response.json({ status: 'success', data: {} }, { status: 201 })
    const away = [302, 408, 500].map((status) => new Response('', { status }))
    const typed = calcom(scripted('calcom', made, new Response('<html>', { status: 200 }), ...away))
    const wish = { eventTypeId: 1, start: event.start_time, attendee: { name: 'G', timeZone: 'UTC', email: 'g@x.y' } }
    const messages = [/"data.uid" is missing\. Whether it has done what was asked is unknown/, /body is no object/]
    for (const message of [...messages, /status is 302/, /status is 408/, /status is 500/]) {
      await refused(() => typed.book(wish), 'provider_unavailable', { reason: 'outcome_unknown', message })
    }
  })

  it('that says no is thrown as what it means', async () => {
    const failure = new PunctualError('provider_refused', 'No.', { reason: 'slot_taken' })
    const typed = calendly(scripted('calendly', withFailure(new Response('{}', { status: 400 }), failure)))
    await assert.rejects(typed.me(), failure)
  })
})

it('an item of a list is checked as it is taken', async () => {
  const typed = calendly(scripted('calendly', { collection: [event, { ...event, uri: 7 }] }))
  const taken: unknown[] = []
  const attempt = async () => {
    for await (const one of typed.scheduledEvents()) taken.push(one)
  }
  await refused(attempt, 'provider_unavailable', {
    ...unexpected,
    message: /`calendly.scheduledEvents`: .* "uri" is no string/,
  })
  assert.deepEqual(taken, [event])
})

describe('an organization that nobody has named', () => {
  const organizations = [`${api}/organizations/OLD`, `${api}/organizations/NEW`]
  const [me, later] = organizations.map((current_organization) => ({ resource: { current_organization } }))
  const changed = () => refusal('organization_changed')
  const refusal = (reason: RefusalReason) =>
    withFailure(new Response('{}', { status: 403 }), new PunctualError('provider_refused', 'No.', { reason }))
  const made = { resource: { uri: organizations[1] } }

  it('is read again when it is refused, and the call is made once more if it has changed', async () => {
    for (const reason of ['organization_changed', 'not_permitted'] as const) {
      const connection = scripted('calendly', me ?? {}, refusal(reason), later ?? {}, made)
      assert.equal((await calendly(connection).organization()).uri, organizations[1])
      assert.deepEqual(connection.asked, [
        ...['GET /users/me', `GET ${organizations[0]}`, 'GET /users/me', `GET ${organizations[1]}`],
      ])
    }
  })

  it('is not asked a second time if it is still the same, nor if it was named', async () => {
    const same = scripted('calendly', me ?? {}, changed(), me ?? {})
    await refused(() => calendly(same).organization(), 'provider_refused', { reason: 'organization_changed' })
    assert.equal(same.asked.length, 3)
    const named = scripted('calendly', changed())
    await refused(() => calendly(named).organization(organizations[0]), 'provider_refused')
    assert.equal(named.asked.length, 1)
  })

  it('is named in a list, too', async () => {
    const connection = scripted('calendly', me ?? {}, { collection: [] })
    assert.deepEqual(await all(calendly(connection).webhookSubscriptions()), [])
    assert.match(connection.asked[1] ?? '', /^list \/webhook_subscriptions\?.*organization=https.*OLD/)
  })
})
