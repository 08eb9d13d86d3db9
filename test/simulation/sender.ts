// The providers' deliveries of webhooks: bookings are made and canceled, and each standing subscription gets its signed
// message, sometimes twice, out of order, or signed with a key that we do not know yet, and again until it is taken.

import type { Store } from '../../src/core/store/store.ts'
import { isGhost } from './ghosts.ts'
import { bookingEvents, type Message, requestFor } from './messages.ts'
import { accountId, type Rule } from './provider.ts'
import type { Replicas } from './replicas.ts'
import { request } from './requests.ts'
import type { Standing } from './subscriptions.ts'
import type { Life, World } from './world.ts'

export interface Sender {
  /** Somebody books with that account, and may cancel. */
  book(client: Rule, account: string): void
  /** A delivery that is still to be answered, as a sentence; `null`: there is none. */
  open(): string | null
  /** A subscription that is neither made nor taken away, though there was time, as a sentence. */
  unsettled(): Promise<string | null>
}

/** Ms after each failed attempt; the last one repeats. A provider gives up after a day. */
const pauses = [2000, 10_000, 60_000, 300_000, 1_800_000]
const day = 86_400_000
/** Ms that a provider waits for an answer. */
const patience = 10_000
/** Ms by which a clock may be wrong that still tells an old delivery from a new one. */
const skew = 300_000

export function createSender(world: World, replicas: Replicas, store: Store): Sender {
  const { scheduler, chance, provider, ledger, faults } = world
  const { told } = ledger
  /** One entry a copy: of the same message there may be several. */
  const open = new Set<{ readonly shown: string }>()
  let booked = 0

  function happens(client: Rule, account: string, message: Message): void {
    void judgeStanding(client, account, message)
    for (const standing of provider.subscriptions.of(client, account)) {
      if (!standing.events.includes(message.name)) continue
      for (let times = chance.odds(0.15) ? 2 : 1; times > 0; times--)
        scheduler.after(chance.odds(0.7) ? 0 : chance.between(1, 30_000), () => void attempt(standing, message, 0))
    }
  }

  /** Never awaited: a process that dies answers nothing. */
  async function attempt(standing: Standing, message: Message, tries: number): Promise<void> {
    const id = idOf(standing)
    const shown = `${message.name} of ${message.booking.slice(-6)} to ${id.slice(-6)}`
    const copy = { shown }
    open.add(copy)
    const row = await store.subscriptions.get(id)
    const debt = row && told.sent(row.connection, message.booking, message.name, message.createdAt)
    const { lost, transit, forged } = faults.delivery()
    const running = replicas.any()?.running
    let waiting = true
    const callOff = scheduler.after(patience, () => again('no answer'))
    if (!running || lost === 'request') return
    const signed = requestFor(standing, message, scheduler.now(), forged)
    scheduler.after(transit, () => void ask())

    async function ask(): Promise<void> {
      if (!running) return
      const { status } = await request(world, running, () => running.punctual.handler(signed))
      if (waiting && !running.life.ended && lost !== 'answer') await answered(status, running.life)
    }

    async function answered(status: number, { machine }: Life): Promise<void> {
      world.note('provider', () => `is answered ${status} for ${shown}`)
      if (status === 410 && standing.client === 'calendly') provider.subscriptions.drop(standing)
      if (status === 410 && forged) ledger.breach('told', `${shown} was answered 410 before its signature was checked`)
      if (status === 200 && forged) ledger.breach('told', `${shown} was taken though its signature is wrong`)
      const mayBeRefused = forged || Math.abs(machine.ahead) > skew
      if (status >= 500 || (status === 401 && mayBeRefused)) return again(String(status))
      ended()
      if (status === 200) return void (debt && told.answered(debt))
      if (!forged && !(await isRefusable(id, status))) ledger.breach('told', `${shown} was answered ${status}`)
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
  async function isRefusable(id: string, status: number): Promise<boolean> {
    const row = await store.subscriptions.get(id)
    const ended = !row || row.state === 'removed' || ledger.disconnected.has(row.connection)
    return ended && (status === 404 || status === 410)
  }

  /** Where we believe that a subscription stands, it does: else nobody hears of this. */
  async function judgeStanding(client: Rule, account: string, { name, booking }: Message): Promise<void> {
    const connections = await store.connections.list({ client, status: 'active', limit: 1000 })
    const own = connections.filter((row) => row.account.id === accountId(client, account))
    for (const { id } of own) {
      const believed = (await store.subscriptions.of(id)).find(
        (row) => row.current && row.state === 'active' && row.events.includes(name),
      )
      if (believed && !provider.subscriptions.of(client, account).some((standing) => idOf(standing) === believed.id))
        ledger.breach('told', `nobody hears of ${name} of ${booking}: the provider has ended ${believed.id.slice(-6)}`)
    }
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
    async unsettled() {
      for (const { id } of await store.connections.list({ status: 'active', limit: 10_000 })) {
        if (isGhost(id)) continue
        const row = (await store.subscriptions.of(id)).find(({ state }) => state !== 'active')
        if (row) return `the subscription ${row.id.slice(-6)} is ${row.state} at the end: ${row.detail}`
      }
      return null
    },
    open: () => {
      const [first] = open
      return first === undefined ? null : `${first.shown} has not been answered`
    },
  }
}

function idOf({ address }: Standing): string {
  return address.split('/').at(-1) ?? ''
}
