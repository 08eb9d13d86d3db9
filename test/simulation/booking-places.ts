// The bookings of the simulated accounts. One provider keeps metadata and moves bookings, the other one does neither.

import { type BookingKind, type BookingPlace, createBookingPlace } from '../support/booking-place.ts'
import type { ClientName } from './provider.ts'
import { json, type ProviderResponse } from './provider-response.ts'

export const placeKinds: Readonly<Record<ClientName, BookingKind>> = { calendly: 'plain', calcom: 'marked' }
export const placePath = '/meetings'

const idPrefix = 'meeting'

export function isOfPlace(id: string): boolean {
  return id.startsWith(idPrefix)
}

export interface BookingPlaces {
  of(client: ClientName, account: string): BookingPlace
  /** Whose bookings a path is about, and the path below; `null`: it is about others. */
  route(path: string): { readonly client: ClientName; readonly path: string } | null
  handle(
    client: ClientName,
    account: string,
    request: { readonly method: string; readonly path: string; readonly body: string },
  ): ProviderResponse
}

export function createBookingPlaces(now: () => number): BookingPlaces {
  const places = new Map<string, BookingPlace>()

  function of(client: ClientName, account: string): BookingPlace {
    const name = `${client} ${account}`
    const place = places.get(name) ?? createBookingPlace(now, placeKinds[client], client, idPrefix)
    places.set(name, place)
    return place
  }

  return {
    of,
    route(path) {
      const [, client, below] = /^\/(calendly|calcom)\/api\/meetings(\/.*)$/.exec(path) ?? []
      return client === undefined || below === undefined ? null : { client: client as ClientName, path: below }
    },
    handle(client, account, { method, path, body }) {
      const answer = of(client, account).handle(method, path, body === '' ? null : JSON.parse(body))
      return json(answer.status, answer.body as object)
    },
  }
}
