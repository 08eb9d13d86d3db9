// Plays the person in front of the consent page, for a program in another process: opens the page of an authorization URL,
// submits it, and returns where the browser would be sent.

import { z } from 'zod'
import { jsonAnswer } from '../http/exchange.ts'
import { badInput, type ControlCall, type ControlRoute, checkBody } from './call.ts'
import { consent, personFields } from './person.ts'

const decision = z.strictObject({
  ...personFields,
  decision: z.enum(['allow', 'deny'], { error: 'give "allow" or "deny"' }).default('allow'),
  scopes: z.array(z.string(), { error: 'give a list of scopes' }).optional(),
})

/** The endpoint of the consent. */
export const authorizeRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/control/authorize',
    answer: (call) => checkBody(call, decision, 'The consent', (given) => decide(call, given)),
  },
]

async function decide({ exchange, serve }: ControlCall, given: z.infer<typeof decision>) {
  const { url, account, team, scopes } = given
  const made = { account, team, allow: given.decision === 'allow', keepScopes: scopes }
  const result = await consent(serve, url, made).catch(() => cut)
  return typeof result === 'string' ? badInput(exchange, result) : jsonAnswer(200, { location: result.href })
}

const cut = 'The consent page gave no answer: a fault has cut the connection. Look at GET /control/faults.'
