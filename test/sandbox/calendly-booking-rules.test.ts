// What a booking at Calendly must fit in its event type: answers, places, notice; and where it then takes place.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { box, call, connectCalendly, sendJson } from './app.ts'

async function eve(options: SandboxOptions = {}) {
  const sandbox = await box(options)
  const scope = 'event_types:read availability:read scheduled_events:write'
  const { access_token: token, owner } = await connectCalendly(sandbox, 'eve', scope)
  const { api } = sandbox.calendly.hosts
  const get = (url: string) => call(sandbox, url, token)
  const { collection } = (await get(`${api}/event_types?user=${owner}`)).body
  const uriOf = (slug: string): string => collection.find((one: { slug: string }) => one.slug === slug).uri
  // Every length begins a slot at the host’s first hour.
  const days = ['11-24', '11-25', '11-26', '11-27', '11-30', '12-01', '12-02', '12-03', '12-04']
  const book = (slug: string, more: object = {}, start = `2026-${days.shift()}T08:00:00Z`) =>
    sendJson(sandbox, 'POST', `${api}/invitees`, token, {
      event_type: uriOf(slug),
      start_time: start,
      invitee: { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' },
      ...more,
    })
  const times = async (slug: string, from: string) => {
    const query = `event_type=${uriOf(slug)}&start_time=${from}&end_time=2026-11-28T00:00:00Z`
    return (await get(`${api}/event_type_available_times?${query}`)).body.collection
  }
  return { get, book, times }
}

const answers = (...given: [string, string][]) => ({
  location: { kind: 'google_conference' },
  questions_and_answers: given.map(([question, answer], position) => ({ question, answer, position })),
})
const company: [string, string] = ['Company', 'Acme']
const found: [string, string] = ['How did you find us?', 'A friend']

test('answers: the required ones, by the exact label, and options that are offered', async () => {
  const { book } = await eve()
  const parameters = async (more: object) => {
    const { status, body } = await book('consultation', more)
    assert.equal(status, 400)
    return body.details.map((one: { parameter: string; message: string }) => `${one.parameter} ${one.message}`)
  }
  assert.deepEqual(await parameters(answers(company)), ['questions_and_answers is missing'])
  assert.deepEqual(await parameters(answers(company, found, ['company', 'x'])), [
    'questions_and_answers[2].question is invalid',
  ])
  assert.deepEqual(await parameters(answers(['Company', ' '], found)), ['questions_and_answers is missing'])
  assert.deepEqual(await parameters(answers(company, found, ['Topics', 'Taxes, Cars'])), [
    'questions_and_answers[2].answer is invalid',
  ])
  const more: [string, string][] = [
    ['How did you find us?', 'In a dream'],
    ['Topics', 'Taxes, Audit'],
  ]
  const booked = await book('consultation', answers(company, ...more))
  assert.equal(booked.status, 201, 'something else may be written, and several may be chosen')
  assert.equal(booked.body.resource.questions_and_answers.length, 3)
  const lax = await eve({ switches: { calendlyAnswersChecked: false } })
  assert.equal((await lax.book('consultation', answers(['Why?', 'Because']))).status, 201)
})

test('places: one of the event type’s, in full; a round robin takes none', async () => {
  const { book } = await eve()
  const wrong = async (slug: string, location?: object) => {
    const { status, body } = await book(slug, location === undefined ? {} : { location })
    return status === 201 ? null : body.details[0]
  }
  assert.deepEqual(await wrong('intro-call'), { parameter: 'location', message: 'is missing' })
  assert.deepEqual(await wrong('intro-call', { kind: 'google_conference' }), {
    parameter: 'location.kind',
    message: 'is invalid',
  })
  const elsewhere = { kind: 'physical', location: '1 Other Street' }
  assert.deepEqual(await wrong('house-visit', elsewhere), { parameter: 'location.location', message: 'is invalid' })
  assert.deepEqual(await wrong('phone-call', { kind: 'outbound_call' }), {
    parameter: 'location.location',
    message: 'is missing',
  })
  assert.deepEqual(await wrong('team-chat', { kind: 'zoom_conference' }), {
    parameter: 'location',
    message: 'is invalid',
  })
  assert.equal(await wrong('team-chat'), null)
  const lax = await eve({ switches: { calendlyLocationOmitted: 'first' } })
  assert.equal((await lax.book('intro-call')).status, 201)
  assert.equal((await lax.book('phone-call')).status, 400, 'nobody knows which telephone')
})

test('the meeting shows where it takes place: an address of its own for a video, the host’s or the guest’s place', async () => {
  const { get, book } = await eve()
  const shown = async (location: object) => {
    const { body } = await book('where-you-like', { location })
    return (await get(body.resource.event)).body.resource.location
  }
  const { join_url, ...zoom } = await shown({ kind: 'zoom_conference' })
  assert.match(join_url, /^https:\/\/video\.example\//)
  assert.deepEqual(zoom, { type: 'zoom', status: 'pushed', data: {} })
  assert.equal((await shown({ kind: 'gotomeeting_conference' })).type, 'gotomeeting')
  assert.deepEqual(await shown({ kind: 'inbound_call' }), { type: 'inbound_call', location: '+2348012345678' })
  assert.deepEqual(await shown({ kind: 'outbound_call', location: '+46 8 1' }), {
    type: 'outbound_call',
    location: '+46 8 1',
  })
  assert.deepEqual(await shown({ kind: 'physical', location: '12 Harbour Street, Lagos' }), {
    type: 'physical',
    location: '12 Harbour Street, Lagos',
    additional_info: 'Ring twice.',
  })
  assert.deepEqual(await shown({ kind: 'ask_invitee', location: 'The park' }), {
    type: 'ask_invitee',
    location: 'The park',
  })
})

test('a notice keeps the next day free of slots and of bookings', async () => {
  const { book, times } = await eve({ now: () => Date.parse('2026-11-23T07:00:00Z') })
  const first = async (slug: string) => (await times(slug, '2026-11-23T07:30:00Z'))[0].start_time
  assert.equal(await first('intro-call'), '2026-11-23T08:00:00Z')
  assert.equal(await first('house-visit'), '2026-11-24T08:00:00Z')
  const place = { location: { kind: 'physical', location: '12 Harbour Street, Lagos' } }
  const soon = await book('house-visit', place, '2026-11-23T09:00:00Z')
  assert.deepEqual([soon.status, soon.body.details], [400, undefined])
  assert.equal((await book('house-visit', place, '2026-11-24T09:00:00Z')).status, 201)
})
