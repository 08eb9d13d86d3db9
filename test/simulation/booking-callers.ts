// The host application's code that books, moves and cancels: each change has a key, several callers and processes may ask for
// it at the same time, and it is asked for again after a failure, mostly. Persons book the same times.

import { PunctualError } from '../../src/core/errors.ts'
import { type Scheduling, scheduling } from '../../src/scheduling/index.ts'
import type { Told, WantedChange } from './booking-checker.ts'
import type { Random } from './random.ts'
import type { Replicas } from './replicas.ts'
import { request } from './requests.ts'
import type { KnownConnection, Workload } from './workload.ts'
import type { World } from './world.ts'

export interface BookingCallers {
  /** Lets one thing happen. */
  play(): void
}

const halfHour = 1_800_000
/** Later than any history lasts. */
const firstStart = Date.UTC(2028, 0, 3)
const mostTries = 12

type Ask = (change: WantedChange, tries: number) => Promise<void>

export function createBookingCallers(
  world: World,
  replicas: Replicas,
  workload: Pick<Workload, 'connections' | 'watch'>,
  random: Random,
): BookingCallers {
  const { scheduler, checker, provider, faults } = world
  const { bookings } = checker
  const ask = createAsk(world, replicas, workload, random)
  let drawn = 0

  /** So few starts that persons and other callers want the same ones. */
  const anyStart = () => firstStart + random.between(0, 5) * halfHour

  function want(change: Omit<WantedChange, 'key' | 'wantedAt'>): void {
    const wanted = { ...change, key: `key ${++drawn}`, wantedAt: scheduler.now() }
    bookings.want(wanted)
    const spreadMs = random.pick([0, 20, 2000, 40_000])
    for (let callers = random.between(1, 3); callers > 0; callers--)
      scheduler.after(random.between(0, spreadMs), () => void ask(wanted, mostTries))
  }

  function book(known: KnownConnection): void {
    const eventType = random.odds(0.6) ? 'group1' : 'single1'
    want({ verb: 'book', known, eventType, email: `guest${drawn + 1}@sim.test`, start: anyStart(), of: null })
  }

  /** Changes a booking that stands. Most are changed by one key alone. */
  function change(known: KnownConnection, verb: 'reschedule' | 'cancel'): void {
    const place = provider.bookingsOf(known.client, known.account)
    const isUsed = (id: string) => bookings.wanted.some((one) => one.of === id && one.known.account === known.account)
    const own = place.bookings.filter((one) => one.by === 'api' && !one.isCancelled)
    const standing = random.odds(0.2) ? own : own.filter((one) => !isUsed(one.id))
    if (standing.length === 0) return
    const { id, email, start, eventType } = random.pick(standing)
    // A start that nothing else has.
    const next = verb === 'cancel' ? start : firstStart + (100 + drawn) * halfHour
    want({ verb, known, eventType, email, start: next, of: id })
    if (verb === 'reschedule' && random.odds(0.3)) scheduler.after(random.between(0, 60_000), () => cancel(known, id))
  }

  /** The guest of a booking cancels it. */
  function cancel({ client, account }: KnownConnection, id: string): void {
    const place = provider.bookingsOf(client, account)
    const booking = place.bookings.find((one) => one.id === id)
    if (!booking || booking.isCancelled) return
    place.cancelAsPerson(booking)
    world.note('person', () => `cancels ${id}`)
  }

  function person({ client, account }: KnownConnection): void {
    scheduler.after(random.between(0, 5000), () => {
      const isBooked = provider.bookingsOf(client, account).bookAsPerson(anyStart(), `person${++drawn}@sim.test`)
      world.note('person', () => (isBooked ? 'books' : 'finds the time taken'))
    })
  }

  /** Persons who have booked give the time back; now and then so does one for whom the host application has booked. */
  function leave(known: KnownConnection): void {
    for (const { id, by } of provider.bookingsOf(known.client, known.account).bookings)
      if (random.odds(by === 'person' ? 0.7 : 0.2)) cancel(known, id)
  }

  return {
    play() {
      const all = [...workload.connections.values()]
      if (all.length === 0 || faults.healed) return
      const known = random.pick(all)
      for (let left = random.between(1, 3); left > 0; left--) {
        const what = random.weighted({ book: 6, reschedule: 4, cancel: 2, person: 3, leave: 2 })
        if (what === 'book') book(known)
        else if (what === 'person') person(known)
        else if (what === 'leave') leave(known)
        else change(known, what)
      }
    },
  }
}

/** Returns what asks one process for a change, and asks again, mostly where it is not known what came of it. */
function createAsk(world: World, replicas: Replicas, workload: Pick<Workload, 'watch'>, random: Random): Ask {
  const { scheduler, checker } = world
  const { bookings } = checker

  async function ask(change: WantedChange, tries: number): Promise<void> {
    const running = replicas.any()?.running
    if (!running || bookings.mayBeForgotten(change)) return
    const { process, punctual } = running
    const what = `${change.verb} with ${change.key} at ${process.name}`
    const tell = bookings.asked(change)
    const task = async () => {
      world.note(process.name, () => `is asked to ${change.verb} with ${change.key}`)
      try {
        return await perform(scheduling(await punctual.connections.get(change.known.id)), change)
      } catch (error) {
        return refusalIn(world, error, what)
      }
    }
    const told = await workload.watch(process, what, request(world, running, task))
    world.note(process.name, () => `answers ${change.key}: ${told ? JSON.stringify(told) : 'not yet'}`)
    if (told) tell(told)
    const again = { done: 0.1, refused: 0.6, half: 0.8, unknown: 0.8 }[told?.kind ?? 'unknown']
    if (tries > 1 && random.odds(again))
      scheduler.after(random.pick([500, 5000, 60_000, 100_000, 600_000]), () => void ask(change, tries - 1))
  }

  return ask
}

function refusalIn(world: World, error: unknown, what: string): Told | null {
  if (!(error instanceof PunctualError)) {
    world.checker.reportViolation('callers', `${what} failed with ${String(error)}`)
    return null
  }
  world.note('caller', () => `${what}: ${error.code} ${error.reason}`)
  return error.code === 'provider_refused' ? { kind: 'refused' } : null
}

async function perform(calendar: Scheduling, change: WantedChange): Promise<Told> {
  const { key, verb, eventType, email, of } = change
  const start = new Date(change.start)
  if (verb === 'book') {
    const attendee = { name: email, email, timeZone: 'Europe/Paris' }
    return { kind: 'done', booking: (await calendar.book({ eventType, start, attendee }, { key })).id }
  }
  if (verb === 'cancel') return { kind: 'done', booking: (await calendar.cancel(of ?? '', { key })).id }
  const result = await calendar.reschedule(of ?? '', { start }, { key, allow: 'rebook' })
  if (result.outcome === 'attendee_has_to') throw new Error('the attendee cannot be asked')
  return result.outcome === 'half' ? { kind: 'half' } : { kind: 'done', booking: result.booking.id }
}
