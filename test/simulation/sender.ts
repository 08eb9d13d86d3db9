// The providers' deliveries of webhooks: bookings are made and canceled, and each standing subscription gets its signed
// message, sometimes twice, out of order, and again until it is answered.

import type { Store } from '../../src/core/store.ts'
import { bookingEvents, type Message, requestFor } from './messages.ts'
import type { Rule } from './provider.ts'
import type { Replicas } from './replicas.ts'
import type { Standing } from './subscriptions.ts'
import type { World } from './world.ts'

export interface Sender {
  /** Somebody books with that account, and may cancel. */
  book(client: Rule, account: string): void
  /** A delivery that is still to be answered, as a sentence; `null`: there is none. */
  open(): string | null
}

/** Ms after each failed attempt; the last one repeats. A provider gives up after a day. */
const pauses = [2000, 10_000, 60_000, 300_000, 1_800_000]
const day = 86_400_000
/** Ms that a provider waits for an answer. */
const patience = 10_000

export function createSender(world: World, replicas: Replicas, store: Store): Sender {
  const { scheduler, chance, provider, ledger, faults } = world
  const { told } = ledger
  /** One entry a copy: of the same message there may be several. */
  const open = new Set<{ readonly shown: string }>()
  let booked = 0

  function happens(client: Rule, account: string, message: Message): void {
    for (const standing of provider.subscriptions.of(client, account)) {
      if (!standing.events.includes(message.name)) continue
      for (let times = chance.odds(0.15) ? 2 : 1; times > 0; times--)
        scheduler.after(chance.odds(0.7) ? 0 : chance.between(1, 30_000), () => void attempt(standing, message, 0))
    }
  }

  /** Never awaited: a process that dies answers nothing. */
  async function attempt(standing: Standing, message: Message, tries: number): Promise<void> {
    const id = standing.address.split('/').at(-1) ?? ''
    const shown = `${message.name} of ${message.booking.slice(-6)} to ${id.slice(-6)}`
    const copy = { shown }
    open.add(copy)
    const row = await store.subscriptions.get(id)
    const debt = row && told.sent(row.connection, message.booking, message.name, message.createdAt)
    const { lost, transit } = faults.delivery()
    const running = replicas.any()?.running
    let waiting = true
    const callOff = scheduler.after(patience, () => again('no answer'))
    if (!running || lost === 'request') return
    scheduler.after(transit, () => {
      const answering = running.punctual.handler(requestFor(standing, message, scheduler.now()))
      void answering.then(({ status }) => {
        if (!running.life.ended && lost !== 'answer') answered(status)
      })
    })

    function answered(status: number): void {
      if (!waiting) return
      world.note('provider', () => `is answered ${status} for ${shown}`)
      if (status >= 500) {
        again(String(status))
        return
      }
      ended()
      if (status === 200 && debt) told.answered(debt)
      else void judgeRefusal(status, id, row?.connection ?? '', shown)
    }
    function again(why: string): void {
      if (!waiting) return
      ended()
      if (scheduler.now() - message.createdAt > day) ledger.breach('told', `${shown} was not taken for a day`)
      const pause = pauses[Math.min(tries, pauses.length - 1)] as number
      world.note('provider', () => `comes again with ${shown} in ${pause} ms: ${why}`)
      open.add(copy)
      scheduler.after(pause, () => {
        open.delete(copy)
        void attempt(standing, message, tries + 1)
      })
    }
    function ended(): void {
      waiting = false
      callOff()
      open.delete(copy)
    }
  }

  /** Only one that nobody wants any more may be refused. */
  async function judgeRefusal(status: number, id: string, connection: string, shown: string): Promise<void> {
    const row = await store.subscriptions.get(id)
    const ended = !row || row.state === 'removed' || ledger.disconnected.has(connection)
    if (!ended || (status !== 404 && status !== 410)) ledger.breach('told', `${shown} was answered ${status}`)
  }

  return {
    book(client, account) {
      const booking = `booking-${++booked}`
      const beganAt = scheduler.now()
      const [made, canceled] = bookingEvents[client]
      world.note('user', () => `books ${booking} with account ${account}`)
      happens(client, account, { name: made, booking, createdAt: beganAt, beganAt })
      if (chance.odds(0.4)) return
      scheduler.after(chance.pick([50, 5000, 600_000]), () =>
        happens(client, account, { name: canceled, booking, createdAt: scheduler.now(), beganAt }),
      )
    },
    open: () => {
      const [first] = open
      return first === undefined ? null : `${first.shown} has not been answered`
    },
  }
}
