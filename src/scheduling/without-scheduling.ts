// The verbs of a connection whose provider has no scheduling in its definition: all of them refuse.

import type { Provider } from '../core/provider.ts'
import type { Can } from '../core/scheduling/capabilities.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import { checkCapability, notSupported } from './can.ts'

const note = 'Its definition has no "scheduling". Pass "scheduling" to defineProvider'
const cannot: Extract<Can, { readonly yes: false }> = Object.freeze({ yes: false, because: 'provider', note })

export function verbsThatRefuse({ name, title }: Pick<Provider, 'name' | 'title'>): Scheduling {
  const refuse = (place: string) => (): never => {
    throw notSupported(place, title, cannot)
  }
  const reject = (place: string) => async () => refuse(place)()
  return Object.freeze({
    provider: name,
    can(what) {
      checkCapability(what)
      return cannot
    },
    me: reject('me'),
    eventTypes: refuse('eventTypes'),
    eventType: reject('eventType'),
    schedules: refuse('schedules'),
    slots: refuse('slots'),
    hold: reject('hold'),
    book: reject('book'),
    bookings: refuse('bookings'),
    booking: reject('booking'),
    reschedule: reject('reschedule'),
    cancel: reject('cancel'),
    markNoShow: reject('markNoShow'),
  } satisfies Scheduling)
}
