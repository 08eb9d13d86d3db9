// Sets, lists and removes faults.

import { faultsOn, setFault } from '../faults/meet.ts'
import { type Answer, jsonAnswer } from '../http/exchange.ts'
import { type Fault, faultInput } from '../world/fault.ts'
import type { World } from '../world/world.ts'
import { absent, type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'

/** The endpoints of the faults. */
export const faultRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/control/faults', answer: ({ world }) => jsonAnswer(200, { faults: shownFaults(world) }) },
  { method: 'POST', path: '/control/faults', answer: addFault },
  { method: 'DELETE', path: '/control/faults', answer: removeAll },
  { method: 'DELETE', path: '/control/faults/:id', answer: removeFault },
  { method: 'POST', path: '/control/faults/:id/remove', answer: removeFault },
]

/** A fault as it is shown: its end in ISO. */
export type ShownFault = Omit<Fault, 'endsAt'> & { readonly endsAt: string | null }

/** The faults that are on, oldest first. */
export function shownFaults(world: World): ShownFault[] {
  return faultsOn(world.state, world.now()).map(shownFault)
}

/** The fault as it is shown. */
export function shownFault(fault: Fault): ShownFault {
  return { ...fault, endsAt: typeof fault.endsAt === 'number' ? new Date(fault.endsAt).toISOString() : null }
}

function addFault(call: ControlCall): ControlAnswer {
  return checkBody(call, faultInput, 'The fault', (input) =>
    jsonAnswer(201, { fault: shownFault(setFault(call.world, input)) }),
  )
}

function removeAll({ world }: ControlCall): Answer {
  world.state.faults = []
  world.changed()
  return jsonAnswer(200, { faults: [] })
}

function removeFault({ world, exchange, params }: ControlCall): ControlAnswer {
  const before = world.state.faults
  world.state.faults = before.filter((one) => one.id !== params.id)
  if (before.length === world.state.faults.length)
    return absent(exchange, 'There is no fault with this id: look at GET /control/faults.')
  world.changed()
  return jsonAnswer(200, { faults: shownFaults(world) })
}
