// Webhook subscriptions as they stand at the simulated providers: made, listed and deleted over their APIs.

import { json, type Said } from './response.ts'

export interface Standing {
  readonly reference: string
  readonly client: string
  readonly account: string
  /** The account as our side named it. */
  readonly named: string | null
  readonly address: string
  readonly events: readonly string[]
  readonly secret: string | null
}

export interface StandingSubscriptions {
  of(client: string, account: string): Standing[]
  /** Ends it: its provider was told that nobody listens. */
  drop(standing: Standing): void
  /** Answers a call in the name of an account. `path` begins after the API's base. */
  handle(client: string, account: string, method: string, path: string, body: string): Said
}

interface Wish {
  readonly url?: string
  readonly subscriberUrl?: string
  readonly events?: readonly string[]
  readonly triggers?: readonly string[]
  readonly user?: string
  readonly secret?: string
}

export function createStandingSubscriptions(): StandingSubscriptions {
  const all = new Map<string, Standing>()
  let made = 0
  const of = (client: string, account: string) =>
    [...all.values()].filter((one) => one.client === client && one.account === account)

  function create(client: string, account: string, wish: Wish): Said {
    const address = wish.url ?? wish.subscriberUrl ?? ''
    if (of(client, account).some((one) => one.address === address)) return json(409, { message: 'already exists' })
    const { events = wish.triggers ?? [], secret = null, user: named = null } = wish
    const standing = { reference: String(++made), client, account, named, address, events, secret }
    all.set(standing.reference, standing)
    return json(
      201,
      client === 'calendly' ? { resource: shown(standing) } : { status: 'success', data: shown(standing) },
    )
  }

  return {
    of,
    drop: ({ reference }) => void all.delete(reference),
    handle(client, account, method, path, body) {
      if (method === 'POST') return create(client, account, JSON.parse(body) as Wish)
      if (method === 'DELETE') {
        const found = all.get(path.split('/').at(-1) ?? '')
        if (found?.client !== client || found.account !== account) return json(404, { message: 'no such webhook' })
        all.delete(found.reference)
        return client === 'calendly' ? { status: 204, body: '' } : json(200, { status: 'success' })
      }
      const found = of(client, account).map(shown)
      if (client === 'calendly') return json(200, { collection: found, pagination: { next_page: null } })
      return json(200, { status: 'success', data: found })
    },
  }
}

function shown({ reference, client, address, events, secret }: Standing): object {
  if (client === 'calendly')
    return {
      uri: `https://sim.test/webhook_subscriptions/${reference}`,
      callback_url: address,
      state: 'active',
      events,
    }
  return { id: reference, subscriberUrl: address, active: true, triggers: events, secret }
}
