// The service, made when it is first needed: an application that books nothing does not load the code of the verbs.

import type { ApiCaller } from '../core/calls.ts'
import type { SchedulingCode } from '../core/scheduling/connection.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { createScheduling, SchedulingDependencies, SchedulingService } from './service.ts'

export interface LateScheduling extends Omit<SchedulingService, 'verbsOf'> {
  /** Returns the verbs of a connection, which make their calls with `api`. `code`: `createScheduling`. */
  verbsOf(row: ConnectionRow, api: ApiCaller, code: SchedulingCode): Scheduling
}

export function createLateScheduling(dependencies: SchedulingDependencies): LateScheduling {
  let made: SchedulingService | null = null

  function make(create: typeof createScheduling): SchedulingService {
    made ??= create(dependencies)
    return made
  }
  const load = async () => made ?? make((await import('./service.ts')).createScheduling)

  return {
    verbsOf: (row, api, code) => make(code as typeof createScheduling).verbsOf(row, api),
    completeBookingEvent: async (event, signal) => (await load()).completeBookingEvent(event, signal),
    linkToldRebooking: async (...told) => (await load()).linkToldRebooking(...told),
    obstaclesOf: (connection) => made?.obstaclesOf(connection) ?? [],
    endChanges: async () => (await load()).endChanges(),
  }
}
