// The webhook subscriptions of the simulated providers: created, listed and deleted over their APIs.

import { json, type ProviderResponse } from './provider-response.ts'

export interface ProviderSubscription {
  readonly reference: string
  readonly client: string
  readonly account: string
  /** The user as our request named it. */
  readonly requestedUser: string | null
  readonly address: string
  readonly events: readonly string[]
  readonly secret: string | null
}

export interface ProviderSubscriptions {
  of(client: string, account: string): ProviderSubscription[]
  /** Ends the subscription: its receiver has answered that it is gone. */
  drop(subscription: ProviderSubscription): void
  /** Answers a call for an account. `path` begins after the API's base. */
  handle(client: string, account: string, method: string, path: string, body: string): ProviderResponse
}

interface SubscriptionRequest {
  readonly url?: string
  readonly subscriberUrl?: string
  readonly events?: readonly string[]
  readonly triggers?: readonly string[]
  readonly user?: string
  readonly secret?: string
}

export function createProviderSubscriptions(): ProviderSubscriptions {
  const all = new Map<string, ProviderSubscription>()
  let made = 0
  const of = (client: string, account: string) =>
    [...all.values()].filter((one) => one.client === client && one.account === account)

  function create(client: string, account: string, wanted: SubscriptionRequest): ProviderResponse {
    const address = wanted.url ?? wanted.subscriberUrl ?? ''
    if (of(client, account).some((one) => one.address === address)) return json(409, { message: 'already exists' })
    const { events = wanted.triggers ?? [], secret = null, user: requestedUser = null } = wanted
    const subscription = { reference: String(++made), client, account, requestedUser, address, events, secret }
    all.set(subscription.reference, subscription)
    return json(
      201,
      client === 'calendly' ? { resource: shown(subscription) } : { status: 'success', data: shown(subscription) },
    )
  }

  return {
    of,
    drop: ({ reference }) => void all.delete(reference),
    handle(client, account, method, path, body) {
      if (method === 'POST') return create(client, account, JSON.parse(body) as SubscriptionRequest)
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

function shown({ reference, client, address, events, secret }: ProviderSubscription): object {
  if (client === 'calendly')
    return {
      uri: `https://sim.test/webhook_subscriptions/${reference}`,
      callback_url: address,
      state: 'active',
      events,
    }
  return { id: reference, subscriberUrl: address, active: true, triggers: events, secret }
}
