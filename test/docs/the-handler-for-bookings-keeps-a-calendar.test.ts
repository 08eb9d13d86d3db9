// The handler that docs/guide/events.md prints, over a booking, its move, its rebooking and its cancellation: in whatever
// order the webhooks arrive, the calendar ends with what is booked.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { describe, test } from 'node:test'
import type { DeliveredEvent, Punctual } from '../../src/index.ts'
import { type Booking, scheduling } from '../../src/scheduling/index.ts'
import { settle } from '../outbox/consumer.ts'
import { startEventHost } from '../scheduling/event-host.ts'
import { all } from '../typed/person.ts'

/** How many webhooks a booking, a move and a rebooking are; Cal.com moves by itself. */
const messages = { calendly: 5, calcom: 3 } as const

type Take = (event: DeliveredEvent) => Promise<void>

interface Surroundings {
  readonly punctual: () => Punctual
  readonly calendar: object
}

/** The printed handler, with these in place of what it declares. */
async function printedHandler({ punctual, calendar }: Surroundings): Promise<Take> {
  const guide = readFileSync(new URL('../../docs/guide/events.md', import.meta.url), 'utf8')
  const code = guide.split('```').find((part) => part.includes('export async function take(event: DeliveredEvent)'))
  assert.ok(code)
  const lines = code.split('\n').filter((line) => !/^ts$|^import /.test(line))
  const body = stripTypeScriptTypes(lines.join('\n')).replace('export async function', 'return async function')
  const make = new Function('scheduling', 'punctual', 'calendar', body)
  const connections = { get: (id: string) => punctual().connections.get(id) }
  return make(scheduling, { connections }, calendar)
}

function permutations(left: readonly number[]): readonly (readonly number[])[] {
  if (left.length < 2) return [left]
  return left.flatMap((one) => permutations(left.filter((other) => other !== one)).map((rest) => [one, ...rest]))
}

/** Up to 24 orders of so many, spread over all of them. */
function orders(count: number): readonly (readonly number[])[] {
  const all = permutations(Array.from({ length: count }, (_, index) => index))
  return Array.from({ length: Math.min(24, all.length) }, (_, index) => all[(index * 31) % all.length] ?? [])
}

for (const client of ['calendly', 'calcom'] as const)
  describe(`at ${client}`, () => {
    for (const isCancelled of [false, true])
      for (const order of orders(isCancelled ? messages[client] + 1 : messages[client]))
        test(`${isCancelled ? 'a cancelled one' : 'one that stands'}, arrival ${order.join(' ')}`, async (t) => {
          const shown = new Map<string, Booking>()
          const calendar = {
            put: async (booking: Booking) => void shown.set(booking.chain, booking),
            async remove(chain: string, ids: readonly (string | null)[]) {
              if (ids.includes(shown.get(chain)?.id ?? '')) shown.delete(chain)
            },
          }
          const held: [url: string, init: { headers: Record<string, string>; body: string }][] = []
          let take: Take = async () => {}
          const {
            host,
            calendar: eve,
            eventType,
            slots,
          } = await startEventHost(
            t,
            client,
            'Intro call',
            {
              async deliver(url, init) {
                held.push([url, init])
                return new Response()
              },
            },
            (event) => take(event),
          )
          take = await printedHandler({ punctual: () => host.punctual, calendar })
          const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
          const startAt = (at: number) => slots[at]?.start ?? ''
          const booked = await eve.book({ eventType, start: startAt(0), attendee }, { key: 'one' })
          const path = `${host.sandbox.url}/control/bookings/${booked.id.split('/').at(-1)}/move`
          const body = JSON.stringify({ start: startAt(4) })
          const headers = { 'content-type': 'application/json' }
          assert.ok((await host.sandbox.handler(new Request(path, { method: 'POST', headers, body }))).ok)
          const moved = (await all(eve.bookings({ status: 'confirmed' })))[0]
          assert.ok(moved)
          await eve.reschedule(moved.id, { start: startAt(8) }, { allow: 'rebook' })
          const last = (await all(eve.bookings({ status: 'confirmed' })))[0]
          assert.ok(last)
          if (isCancelled) await eve.cancel(last.id)
          await host.sandbox.delivered()
          assert.equal(held.length, order.length)
          for (const at of order) {
            const [url, init] = held[at] ?? assert.fail()
            assert.equal((await host.post(url, init)).status, 200)
            await host.clock.sleep(12_000)
            await settle()
          }
          const expected = isCancelled ? [] : [[booked.chain, last.id, startAt(8)]]
          assert.deepEqual(
            [...shown].map(([chain, { id, start }]) => [chain, id, start]),
            expected,
          )
        })
  })
