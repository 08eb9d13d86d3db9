// Sets, lists and removes faults.

import { createFault } from '../faults/meet.ts'
import { type Answer, jsonAnswer } from '../http/exchange.ts'
import { faultInput } from '../world/fault.ts'
import { absent, type ControlCall, type ControlRoute, checkBody } from './call.ts'

/** The endpoints of the faults. */
export const faultRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/control/faults', answer: ({ world }) => jsonAnswer(200, { faults: world.state.faults }) },
  { method: 'POST', path: '/control/faults', answer: addFault },
  { method: 'DELETE', path: '/control/faults', answer: removeAll },
  { method: 'DELETE', path: '/control/faults/:id', answer: removeFault },
  { method: 'POST', path: '/control/faults/:id/remove', answer: removeFault },
]

function addFault(call: ControlCall): Answer {
  const { world } = call
  return checkBody(call, faultInput, 'The fault', (input) => {
    world.state.serial += 1
    const fault = createFault(input, `fault-${world.state.serial}`)
    world.state.faults.push(fault)
    world.changed()
    return jsonAnswer(201, { fault })
  })
}

function removeAll({ world }: ControlCall): Answer {
  world.state.faults = []
  world.changed()
  return jsonAnswer(200, { faults: [] })
}

function removeFault({ world, exchange, params }: ControlCall): Answer {
  const before = world.state.faults
  world.state.faults = before.filter((one) => one.id !== params.id)
  if (before.length === world.state.faults.length)
    return absent(exchange, 'There is no fault with this id: look at GET /control/faults.')
  world.changed()
  return jsonAnswer(200, { faults: world.state.faults })
}
