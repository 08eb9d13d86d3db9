// Issues what Cal.com's pages issue, or once did: an API key, and a refresh token from before rotation.

import { z } from 'zod'
import { issueLegacy } from '../calcom/oauth/tokens.ts'
import { jsonAnswer } from '../http/exchange.ts'
import { findAccount, noAccount } from '../world/accounts.ts'
import { findClient } from '../world/clients.ts'
import { digest, hex } from '../world/seal.ts'
import { absent, type ControlRoute, checkBody } from './call.ts'

const account = z.string({ error: 'give the id, the username or the email address of an account at Cal.com' })
const client = z.string({ error: 'give the id of a client at Cal.com' })
const ofKey = z.strictObject({ account })
const ofGrant = z.strictObject({ account, client })

/** The endpoints of Cal.com's alone. */
export const calcomRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/control/api-keys',
    answer: (call) =>
      checkBody(call, ofKey, 'The API key', (requested) => {
        const { world, exchange } = call
        const person = findAccount(world.state.accounts, 'calcom', requested.account)
        if (person === null) return absent(exchange, noAccount(world.state.accounts, 'calcom', requested.account))
        const apiKey = `cal_${hex(world.random(16))}`
        world.state.calcom.apiKeys[digest(apiKey)] = { user: person.id }
        world.changed()
        return jsonAnswer(201, { apiKey })
      }),
  },
  {
    method: 'POST',
    path: '/control/grants/legacy',
    answer: (call) =>
      checkBody(call, ofGrant, 'The grant', (requested) => {
        const { world, exchange } = call
        const person = findAccount(world.state.accounts, 'calcom', requested.account)
        if (person === null) return absent(exchange, noAccount(world.state.accounts, 'calcom', requested.account))
        const found = findClient(world.state.clients, 'calcom', requested.client)
        if (found === null) {
          return absent(exchange, 'There is no client with this id at calcom: look at GET /control/clients.')
        }
        const refreshToken = issueLegacy(world, world.now(), found.id, person.id)
        return jsonAnswer(201, { refresh_token: refreshToken })
      }),
  },
]
