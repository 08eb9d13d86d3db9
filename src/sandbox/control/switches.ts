// Shows the switches, and sets some of them.

import { jsonAnswer } from '../http/exchange.ts'
import { switchesInput } from '../world/switches.ts'
import { type ControlRoute, checkBody } from './call.ts'

/** The endpoints of the switches. */
export const switchRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/switches',
    answer: ({ world }) => jsonAnswer(200, { switches: world.state.switches }),
  },
  {
    method: 'POST',
    path: '/control/switches',
    answer: (call) =>
      checkBody(call, switchesInput, 'The switch', (given) => {
        Object.assign(call.world.state.switches, given)
        call.world.changed()
        return jsonAnswer(200, { switches: call.world.state.switches })
      }),
  },
]
