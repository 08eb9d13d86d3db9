// Issues, lists and revokes personal access tokens of Calendly, as a user does on the account page.

import { z } from 'zod'
import { issuePersonal, personalTokens } from '../calendly/oauth/personal-tokens.ts'
import { revokeRows } from '../calendly/oauth/tokens.ts'
import { jsonAnswer } from '../http/exchange.ts'
import { findAccount, noAccount } from '../world/accounts.ts'
import { calendlyScopes } from '../world/scopes.ts'
import type { CalendlyTokenRow } from '../world/state.ts'
import { absent, type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'

const path = '/control/personal-tokens'

/** The endpoints of the personal access tokens. */
export const personalTokenRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path,
    answer: ({ world }) => jsonAnswer(200, { personalTokens: personalTokens(world).map(shown) }),
  },
  { method: 'POST', path, answer: make },
  { method: 'DELETE', path: `${path}/:id`, answer: takeBack },
]

const scope = z.enum(['default', ...calendlyScopes], { error: 'give scopes of Calendly, or "default" for all access' })

const wanted = z.strictObject({
  account: z.string({ error: 'give the id, the slug or the email address of an account at Calendly' }),
  scopes: z
    .array(scope, { error: 'give a list of scopes' })
    .min(1, { error: 'give at least one scope' })
    .default([...calendlyScopes]),
})

function make(call: ControlCall): ControlAnswer {
  return checkBody(call, wanted, 'The personal token', ({ account: name, scopes }) => {
    const { world, exchange } = call
    const account = findAccount(world.state.accounts, 'calendly', name)
    if (account?.provider !== 'calendly') {
      return absent(exchange, noAccount(world.state.accounts, 'calendly', name))
    }
    const { row, token } = issuePersonal(world, world.now(), account, scopes)
    return jsonAnswer(201, { token, personalToken: shown(row) })
  })
}

function takeBack({ world, exchange, params }: ControlCall): ControlAnswer {
  const known = personalTokens(world).some((row) => row.id === params.id)
  if (!known) return absent(exchange, 'There is no personal token with this id: look at GET /control/personal-tokens.')
  revokeRows(world, (row) => row.id === params.id, world.now(), 'revoked by the user')
  return jsonAnswer(200, { personalTokens: personalTokens(world).map(shown) })
}

function shown({ id, account, scopes, createdAt, accessRevokedAt }: CalendlyTokenRow): object {
  const status = accessRevokedAt === null ? 'active' : 'ended'
  return { id, account, scopes, createdAt: new Date(createdAt).toISOString(), status }
}
