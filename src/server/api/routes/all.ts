// Every operation of the API, in the order of the document.

import type { Operation } from '../request/operation.ts'
import { availability } from './availability.ts'
import { bookings } from './bookings.ts'
import { connectSessions } from './connect-sessions.ts'
import { connections } from './connections.ts'
import { events } from './events.ts'
import { owners } from './owners.ts'
import { webhooks } from './webhooks.ts'

export const operations: readonly Operation[] = [
  ...connectSessions,
  ...connections,
  ...availability,
  ...bookings,
  ...webhooks,
  ...events,
  ...owners,
]
