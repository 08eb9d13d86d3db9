// Books a person in a guest's name, so that webhooks can be seen without code: `{"provider": …, "account": …}`.

import { z } from 'zod'
import { bookAsGuest as bookAtCalcom } from '../calcom/scheduling/guest.ts'
import { bookAsGuest as bookAtCalendly } from '../calendly/scheduling/guest.ts'
import { jsonAnswer } from '../http/exchange.ts'
import { findAccount } from '../world/accounts.ts'
import { absent, badInput, type ControlRoute, checkBody } from './call.ts'

const wanted = z.strictObject({
  provider: z.enum(['calendly', 'calcom'], { error: 'give "calendly" or "calcom"' }),
  account: z.string({ error: 'give the id, the slug or the email address of an account' }),
})

/** The endpoint of the bookings. */
export const bookingRoutes: readonly ControlRoute[] = [
  {
    method: 'POST',
    path: '/control/bookings',
    answer: (call) =>
      checkBody(call, wanted, 'A booking', ({ provider, account }) => {
        const { world, exchange } = call
        const host = findAccount(world.state.accounts, provider, account)
        if (host === null)
          return absent(
            exchange,
            `There is no account ${JSON.stringify(account)} at ${provider}: look at GET /control/accounts.`,
          )
        const startsAt = host.provider === 'calendly' ? bookAtCalendly(world, host) : bookAtCalcom(world, host)
        if (startsAt === null)
          return badInput(exchange, 'This person has no event type, or no open time in the next 30 days.')
        return jsonAnswer(201, { startsAt: new Date(startsAt).toISOString() })
      }),
  },
]
