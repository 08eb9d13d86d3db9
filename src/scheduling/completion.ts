// Makes a provider's booking whole: its chain, what replaces what, and time zones by their IANA names.

import type { Booking, Person, Schedule } from '../core/scheduling/model.ts'
import type { ProviderBooking } from '../core/scheduling/provider.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { ChainPlace, Chains } from './chains.ts'
import type { Target } from './target.ts'
import { namedZone } from './time-zones.ts'

export interface Completion {
  one(target: Target, booking: ProviderBooking, options?: VerbOptions): Promise<Booking>
  /** Returns them in the same order. */
  all(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<readonly Booking[]>
}

export function createCompletion(chains: Chains): Completion {
  async function all(target: Target, bookings: readonly ProviderBooking[], options?: VerbOptions): Promise<Booking[]> {
    const places = await chains.of(target, bookings, options)
    return bookings.flatMap((booking, index) => {
      const place = places[index]
      return place ? [wholeBooking(booking, place)] : []
    })
  }

  return {
    all,
    async one(target, booking, options) {
      const [place] = await chains.of(target, [booking], options)
      if (!place) throw new Error('a booking without a place in a chain')
      return wholeBooking(booking, place)
    },
  }
}

export function wholeBooking(booking: ProviderBooking, { chain, replaces, replacedBy }: ChainPlace): Booking {
  const { hosts, attendees, ...facts } = booking
  return {
    ...facts,
    chain,
    replaces,
    replacedBy,
    hosts: hosts.map((host) => ({ ...host, timeZone: namedZone(host.timeZone) })),
    attendees: attendees.map((attendee) => ({ ...attendee, timeZone: namedZone(attendee.timeZone) })),
  }
}

export function wholePerson(person: Person): Person {
  return { ...person, timeZone: namedZone(person.timeZone) }
}

export function wholeSchedule(schedule: Schedule): Schedule {
  return { ...schedule, timeZone: namedZone(schedule.timeZone) ?? schedule.timeZone }
}
