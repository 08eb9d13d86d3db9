// The success envelope of Cal.com's API, and the request id of its answers.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'

/** Success in the API's envelope. */
export function success(data: unknown, status = 200): Answer {
  return jsonAnswer(status, { status: 'success', data })
}

/** Adds a request id that the server makes, unless the answer has one. */
export function withRequestId(world: World, answer: Answer): Answer {
  return { ...answer, headers: { 'x-request-id': uuid(world.random(16)), ...answer.headers } }
}
