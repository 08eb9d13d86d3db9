// The addresses of the settings as the option `deliverTo`.

import type { DeliverToUrl } from '../../outbox/destination.ts'
import type { Settings } from './settings.ts'

type EventSettings = NonNullable<Settings['events']>

/** Returns one destination for each address. All are signed with the same secrets. */
export function destinationsOf({ urls, ...shared }: EventSettings): readonly DeliverToUrl[] {
  return urls.map((url) => ({ url, ...shared }))
}

/** For a person: where events go, without the paths, which may hold a secret. */
export function placesOf({ urls }: EventSettings): string {
  return urls.map((url) => new URL(url).origin).join(', ')
}
