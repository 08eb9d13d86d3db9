// The control endpoints: JSON in, JSON out. The forms of the pages come here too, and the console turns the answer into a page.
// A page of another origin cannot reach them. Wrong input gets 400 and one sentence.

import { type Exchange, jsonAnswer, mediaType } from '../http/exchange.ts'
import { createRouter } from '../http/router.ts'
import { accountRoutes } from './accounts.ts'
import { authorizeRoutes } from './authorize.ts'
import { bookingRoutes } from './bookings.ts'
import { absent, badInput, type ControlAnswer, type Controlled, type ControlRoute } from './call.ts'
import { clientRoutes } from './clients.ts'
import { clockRoutes } from './clock.ts'
import { faultRoutes } from './faults.ts'
import { fromForm } from './form.ts'
import { grantRoutes } from './grants.ts'
import { refuseOtherOrigin } from './guard.ts'
import { calcomRoutes } from './legacy-credentials.ts'
import { personalTokenRoutes } from './personal-tokens.ts'
import { requestRoutes } from './requests.ts'
import { scenarioRoutes } from './scenarios.ts'
import { switchRoutes } from './switches.ts'
import { webhookRoutes } from './webhooks.ts'

const table: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/control/reset',
    answer: ({ reset }) => {
      reset()
      return jsonAnswer(200, { reset: true })
    },
  },
  ...clockRoutes,
  ...faultRoutes,
  ...scenarioRoutes,
  ...requestRoutes,
  ...accountRoutes,
  ...grantRoutes,
  ...calcomRoutes,
  ...personalTokenRoutes,
  ...clientRoutes,
  ...switchRoutes,
  ...webhookRoutes,
  ...bookingRoutes,
  ...authorizeRoutes,
]
const findRoute = createRouter(table)

/** Serves a request to a control endpoint. */
export async function control(context: Controlled, exchange: Exchange): Promise<ControlAnswer> {
  return refuseOtherOrigin(exchange, context.world.base()) ?? (await answerOf(context, exchange))
}

function answerOf(context: Controlled, exchange: Exchange): ControlAnswer | Promise<ControlAnswer> {
  const found = findRoute(exchange.method, exchange.path)
  if (found === null) return absent(exchange, `There is no control endpoint ${exchange.method} ${exchange.path}.`)
  const body = readBody(exchange)
  if (body === undefined) return badInput(exchange, 'The body is not JSON: send a JSON object.')
  return found.route.answer({ ...context, exchange, params: found.params, body })
}

/** The body as an object; undefined when it cannot be read. */
function readBody(exchange: Exchange): unknown {
  if (mediaType(exchange) === 'application/x-www-form-urlencoded') {
    return fromForm(new URLSearchParams(exchange.body))
  }
  if (exchange.body === '') return {}
  try {
    return JSON.parse(exchange.body) ?? null
  } catch {
    return undefined
  }
}
