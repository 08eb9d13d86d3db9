// Makes a provider's booking whole: its chain, what replaces what, time zones by their IANA names, and the host's own name.

import type { Account } from '../core/connection.ts'
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
      return place ? [wholeBooking(booking, place, target.api.account)] : []
    })
  }

  return {
    all,
    async one(target, booking, options) {
      const [place] = await chains.of(target, [booking], options)
      if (!place) throw new Error('a booking without a place in a chain')
      return wholeBooking(booking, place, target.api.account)
    },
  }
}

/** `account`: that of the connection, whose name a provider may leave out among the hosts. */
export function wholeBooking(
  booking: ProviderBooking,
  place: ChainPlace,
  account: Pick<Account, 'id' | 'name'> | null,
): Booking {
  const { hosts, attendees, ...facts } = booking
  return {
    ...facts,
    ...place,
    hosts: hosts.map((host) => ({
      ...host,
      name: host.name ?? (host.id !== null && host.id === account?.id ? account.name : null),
      timeZone: namedZone(host.timeZone),
    })),
    attendees: attendees.map((attendee) => ({ ...attendee, timeZone: namedZone(attendee.timeZone) })),
  }
}

export function wholePerson(person: Person): Person {
  return { ...person, timeZone: namedZone(person.timeZone) }
}

export function wholeSchedule(schedule: Schedule): Schedule {
  return { ...schedule, timeZone: namedZone(schedule.timeZone) ?? schedule.timeZone }
}
