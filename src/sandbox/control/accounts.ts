// Lists the people, and adds one.

import { jsonAnswer } from '../http/exchange.ts'
import { accountInput } from '../world/accounts.ts'
import { badInput, type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'

/** The endpoints of the accounts. */
export const accountRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/accounts',
    answer: ({ world }) => jsonAnswer(200, { accounts: world.state.accounts }),
  },
  { method: 'POST', path: '/control/accounts', answer: addAccount },
]

function addAccount(call: ControlCall): ControlAnswer {
  const { world, exchange } = call
  return checkBody(call, accountInput, 'The account', (account) => {
    const taken = world.state.accounts.some((one) => one.provider === account.provider && one.id === account.id)
    if (taken) return badInput(exchange, `The account "id" already exists at ${account.provider}: choose another.`)
    world.state.accounts.push(account)
    world.changed()
    return jsonAnswer(201, { account })
  })
}
