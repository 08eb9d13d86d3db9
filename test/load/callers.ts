// What the back end of an application does all day, over HTTP: it connects accounts, makes calls, reads tokens, books, cancels,
// and asks again where an answer was lost.

import { setTimeout } from 'node:timers/promises'
import { createBrowser } from '../support/browser.ts'
import { type Ask, createAsk } from './ask.ts'
import type { Ledger } from './ledger.ts'
import { lifetimeMs, type Person, type Place } from './place.ts'

export interface Connected {
  readonly person: Person
  readonly id: string
  /** One that can be booked without answers. */
  readonly eventType: string
}

export interface Callers {
  /** Connects a person, and subscribes to the bookings. */
  connect(person: Person): Promise<Connected>
  call(connected: Connected): Promise<void>
  token(connected: Connected): Promise<void>
  /** Books a free time, and cancels one in three bookings. */
  book(connected: Connected): Promise<void>
}

const pauseMs = 500
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

/**
 * How many bookings are asked for in one account: below what Calendly allows (10 a minute, 50 an hour, 100 a day), so that
 * those have room that are sent again. Cal.com has no such limit.
 */
const paces = {
  calendly: [
    { most: 8, withinMs: minuteMs },
    { most: 40, withinMs: hourMs },
    { most: 80, withinMs: dayMs },
  ],
  calcom: [],
}

export function createCallers(place: Place, ledger: Ledger): Callers {
  const { sandbox } = place
  const ask = createAsk(place, ledger)
  const connect = createConnect(place, ask, ledger)
  let bookings = 0
  const askedAt = new Map<string, number[]>()

  function mayBook({ person: { provider }, id }: Connected): boolean {
    const times = askedAt.get(id) ?? []
    const isWithin = paces[provider].every(
      ({ most, withinMs }) => times.filter((at) => at > Date.now() - withinMs).length < most,
    )
    if (isWithin) askedAt.set(id, [...times, Date.now()])
    return isWithin
  }

  async function cancel({ id }: Connected, booking: string, change: string): Promise<void> {
    ledger.cancelling(change)
    const path = `/v1/connections/${id}/bookings/${encodeURIComponent(booking)}/cancel`
    const answer = await ask('POST', path, { body: { reason: 'Load' }, key: `${change}-cancel` })
    if (answer.status === 200) ledger.cancelled(change)
    else ledger.failed(id, 'cancel', answer)
  }

  return {
    connect,
    async call({ person, id }) {
      const path = person.provider === 'calendly' ? '/users/me' : '/v2/me'
      const answer = await ask('GET', `/v1/connections/${id}/proxy${path}`)
      if (answer.status === 200) ledger.note('call')
      else ledger.failed(id, 'call', answer)
    },
    async token({ id }) {
      const answer = await ask('POST', `/v1/connections/${id}/token`, { body: { minimumValidityMs: lifetimeMs / 2 } })
      if (answer.status === 200) ledger.note('token')
      else ledger.failed(id, 'token', answer)
    },
    async book(connected) {
      if (!mayBook(connected)) return ledger.note('booking left out: the account has had enough')
      const { id, eventType } = connected
      const from = sandbox.clock.now() + dayMs
      const span = { from: new Date(from).toISOString(), to: new Date(from + 25 * dayMs).toISOString() }
      const { body: free } = await ask(
        'GET',
        `/v1/connections/${id}/slots?${new URLSearchParams({ eventType, ...span })}`,
      )
      const slots: { start: string }[] = free.slots ?? []
      const slot = slots[Math.floor(Math.random() * slots.length)]
      if (!slot) return
      const change = `booking-${++bookings}`
      const attendee = { name: 'Gil Guest', email: `${change}@guests.example`, timeZone: 'Europe/Paris' }
      ledger.asksFor(change, attendee.email)
      const body = { eventType, start: slot.start, attendee }
      const booked = await ask('POST', `/v1/connections/${id}/bookings`, { body, key: change })
      if (booked.status !== 201) return ledger.notBooked(change, id, booked)
      ledger.booked(change)
      if (bookings % 3 === 0) await cancel(connected, booked.body.id, change)
    },
  }
}

function isSimple({ capacity, questions }: { capacity: number; questions: readonly { required: boolean }[] }): boolean {
  return capacity === 1 && questions.every(({ required }) => !required)
}

/** Consent of a person, its completion, the subscription to the bookings, and what can be booked. */
function createConnect({ url }: Place, ask: Ask, ledger: Ledger): Callers['connect'] {
  async function consent(person: Person): Promise<string | null> {
    const session = await ask('POST', '/v1/connect-sessions', {
      body: { owner: person.owner, returnTo: `${url}/docs`, clients: [person.provider] },
    })
    const browser = createBrowser()
    let end: URL
    try {
      const page = await browser.open(`${session.body.url}?client=${person.provider}`)
      end = (await browser.send(page.url, { decision: 'allow', account: person.id })).url
      // A person whose page does not come reloads it.
      for (let loads = 0; loads < 20 && !end.searchParams.has('punctual_session'); loads++) {
        await setTimeout(pauseMs)
        end = (await browser.open(end)).url
      }
    } catch {
      return null
    }
    return end.searchParams.get('punctual_session')
  }

  /** What is booked before the subscription is active would not be told. */
  async function subscribe(id: string): Promise<void> {
    const path = `/v1/connections/${id}/webhooks`
    let { body } = await ask('PUT', path, { body: { bookings: true } })
    const isActive = () => body.subscriptions?.every(({ state }: { state: string }) => state === 'active')
    for (let looks = 0; looks < 300 && !isActive(); looks++) {
      await setTimeout(pauseMs)
      body = (await ask('GET', path)).body
    }
    if (!isActive()) throw new Error(`nothing would be told: ${JSON.stringify(body).slice(0, 300)}`)
  }

  return async function connect(person: Person): Promise<Connected> {
    for (let tries = 0; tries < 20; tries++) {
      const session = await consent(person)
      const done =
        session && (await ask('POST', `/v1/connect-sessions/${session}/complete`, { body: { owner: person.owner } }))
      if (done && done.status === 200) {
        const id = String(done.body.id)
        ledger.connected(person, id)
        await subscribe(id)
        const { body } = await ask('GET', `/v1/connections/${id}/event-types?active=true`)
        const eventType = body.eventTypes?.find(isSimple)?.id
        if (eventType === undefined) throw new Error(`nothing can be booked: ${JSON.stringify(body).slice(0, 300)}`)
        return { person, id, eventType }
      }
      ledger.note(`consented again: ${done ? `${done.status} ${done.body?.code} ${done.body?.reason}` : 'no page'}`)
    }
    throw new Error(`${person.id} could not be connected`)
  }
}
