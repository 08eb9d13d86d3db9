// What moving the clock would do, without moving it: which tokens end, which open times pass, which bookings begin or
// are over, which webhooks are sent, and which faults end.

import { faultsOn } from '../faults/meet.ts'
import type { World } from '../world/world.ts'
import { shownBookings } from './bookings.ts'
import { openTimes } from './event-types.ts'

type Provider = 'calendly' | 'calcom'

/** What would happen until the clock shows `to`. Times in ISO. */
export interface Forecast {
  readonly to: string
  readonly tokens: readonly {
    readonly provider: Provider
    readonly account: string
    readonly client: string
    readonly token: 'access' | 'refresh'
    readonly endsAt: string
  }[]
  /** How many open times of each person's first event type pass. */
  readonly slots: readonly { readonly provider: Provider; readonly account: string; readonly count: number }[]
  readonly bookings: readonly { readonly id: string; readonly what: 'begins' | 'is over'; readonly at: string }[]
  readonly webhooks: readonly { readonly id: string; readonly event: string; readonly url: string }[]
  readonly faults: readonly { readonly id: string; readonly endsAt: string }[]
}

/** Looks that many seconds ahead. */
export function forecast(world: World, seconds: number): Forecast {
  const now = world.now()
  const to = now + seconds * 1000
  const isPassed = (at: number | null | undefined): at is number => typeof at === 'number' && at > now && at <= to
  const { state } = world
  return {
    to: iso(to),
    tokens: tokensThatEnd(world, isPassed),
    slots: state.accounts.flatMap((account) => {
      const count = openTimes(world, account, null).filter(isPassed).length
      return count === 0 ? [] : { provider: account.provider, account: account.id, count }
    }),
    bookings: shownBookings(world)
      .filter((one) => one.state === 'booked' || one.state === 'waiting')
      .flatMap(({ id, startsAt, endsAt }) => [
        ...(isPassed(Date.parse(startsAt)) ? [{ id, what: 'begins' as const, at: startsAt }] : []),
        ...(isPassed(Date.parse(endsAt)) ? [{ id, what: 'is over' as const, at: endsAt }] : []),
      ]),
    webhooks: state.deliveries
      .filter(({ state: is, dueAt }) => is === 'waiting' && dueAt !== null && dueAt <= to)
      .map(({ id, event, url }) => ({ id, event, url })),
    faults: faultsOn(state, now).flatMap(({ id, endsAt }) => (isPassed(endsAt) ? { id, endsAt: iso(endsAt) } : [])),
  }
}

function tokensThatEnd(world: World, isPassed: (at: number | null) => at is number): Forecast['tokens'] {
  return Object.values(world.state.grants)
    .filter(({ endedAt }) => endedAt === null)
    .flatMap(({ provider, account, client, accessExpiresAt, refreshExpiresAt }) => {
      const ends = { access: accessExpiresAt, refresh: refreshExpiresAt }
      return (['access', 'refresh'] as const).flatMap((token) => {
        const at = ends[token]
        return isPassed(at) ? { provider, account, client, token, endsAt: iso(at) } : []
      })
    })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
