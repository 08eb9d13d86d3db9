// The providers as the facts describe them, in one small machine: every request is decided at one instant, and the
// machine knows what no client can: which sets live, whose child a set is, and what ended it.

import type { Client } from '../../src/core/provider.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import type { Chance } from './chance.ts'
import { json, type Said } from './response.ts'
import { createStandingSubscriptions, type StandingSubscriptions } from './subscriptions.ts'

export type Rule = 'calendly' | 'calcom'
/** What ended a refresh token. `sibling`: another one of the account was refreshed (Cal.com). */
export type Cause = 'rotated' | 'sibling' | 'user' | 'revoked' | 'expired'

/** What a provider says of the lifetimes of its tokens: the truth, always zero, or now and then what cannot be. */
export type Labels = 'right' | 'zero' | 'odd'

/** One access and one refresh token, issued together. `at7` and `rt7` are the tokens of set 7. */
export interface IssuedSet {
  readonly n: number
  readonly client: string
  readonly account: string
  readonly owner: string
  /** The set that the consent gave. */
  readonly root: IssuedSet
  /** The set whose refresh token was spent for this one. */
  readonly parent: IssuedSet | null
  readonly issuedAt: number
  readonly accessEnds: number
  /** When the access token ends as its issuer told; that may be wrong. */
  readonly labelledEnd: number
  readonly refreshEnds: number | null
  honoured: boolean
  cause: Cause | null
  accessRevoked: boolean
}

export interface Asked {
  readonly method: string
  /** That of `https://sim.test`. */
  readonly path: string
  readonly body: string
  readonly authorization: string
}

export interface SimulatedProvider {
  readonly subscriptions: Pick<StandingSubscriptions, 'of' | 'drop'>
  readonly sets: readonly IssuedSet[]
  /** What a person does with an authorization URL: says yes. Answers the address to go back to. */
  consent(url: URL, account: string, owner: string): string
  /** Decides one request. */
  handle(request: Asked): Said
  revokedByUser(client: string, account: string): void
  /** Sets whose refresh token is honoured now. */
  honoured(client: string, account: string): IssuedSet[]
  accessLives(set: IssuedSet): boolean
}

/** What Calendly signs webhooks with. */
export const simulatedWebhookKey = 'simulated-webhook-key'

const origin = 'https://sim.test'
const scopes = {
  calendly: ['users:read', 'scheduled_events:read', 'webhooks:write'],
  calcom: ['PROFILE_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE'],
}
const month = 2_592_000_000

/** Seconds that servers have been seen to write into `expires_in`, whatever they meant. */
const oddLifetimes = [0, -1, 1, 9_999_999_999_999, 9_007_199_254_740_991, 2 ** 63 / 1000, 9.3e18]

/** The clients that the replicas use. PKCE is off: WebCrypto works beside the event loop, in an order that no seed tells. */
export const simulatedClients: Readonly<Record<Rule, Client>> = {
  calendly: withoutPkce(
    calendly({
      clientId: 'sim-calendly',
      clientSecret: 'secret-calendly',
      scopes: scopes.calendly,
      webhookKeys: [simulatedWebhookKey],
      hosts: { auth: `${origin}/calendly/auth`, api: `${origin}/calendly/api` },
    }),
  ),
  calcom: withoutPkce(
    calcom({
      clientId: 'sim-calcom',
      clientSecret: 'secret-calcom',
      scopes: scopes.calcom,
      hosts: { app: `${origin}/calcom/app`, api: `${origin}/calcom/api` },
    }),
  ),
}

/** The account's id as the definition of that provider reads it. */
export function accountId(client: string, account: string): string {
  return client === 'calendly' ? `${origin}/calendly/api/users/${account}` : account
}

export function createProvider(now: () => number, chance: Chance, given: Labels | null): SimulatedProvider {
  const sets: IssuedSet[] = []
  const subscriptions = createStandingSubscriptions()
  const codes = new Map<string, { client: string; account: string; owner: string; until: number }>()
  /** Whether a refresh at Calendly ends the access token that came with the old refresh token: not documented. */
  const refreshEndsAccess = chance.odds(0.7)
  /** What it says of the lifetimes of its access tokens. */
  const labels = given ?? chance.weighted<Labels>({ right: 90, zero: 4, odd: 6 })

  function end(set: IssuedSet, cause: Cause): void {
    if (set.honoured) Object.assign(set, { honoured: false, cause })
  }

  function issue(from: Pick<IssuedSet, 'client' | 'account' | 'owner'>, parent: IssuedSet | null): Said {
    const n = sets.length + 1
    const calendlyRule = from.client === 'calendly'
    const lifetime = calendlyRule ? 7200 : 1800
    const { client, account, owner } = from
    const told = labels === 'zero' ? 0 : labels === 'odd' && chance.odds(0.2) ? chance.pick(oddLifetimes) : lifetime
    const set = {
      ...{ n, client, account, owner, parent, honoured: true, cause: null, accessRevoked: false },
      issuedAt: now(),
      accessEnds: now() + lifetime * 1000,
      labelledEnd: now() + told * 1000,
      refreshEnds: calendlyRule ? null : now() + month,
    } as unknown as IssuedSet
    Object.assign(set, { root: parent?.root ?? set })
    sets.push(set)
    const common = { access_token: `at${n}`, refresh_token: `rt${n}`, token_type: 'bearer', expires_in: told }
    const extra = calendlyRule
      ? { created_at: Math.floor(now() / 1000), scope: scopes.calendly.join(' '), owner: accountId(client, account) }
      : { scope: scopes.calcom.join(' ') }
    return json(200, { ...common, ...extra })
  }

  function token(client: string, form: URLSearchParams): Said {
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      return code?.client === client && code.until > now() ? issue(code, null) : refused(client)
    }
    const set = numbered(form.get('refresh_token'), 'rt')
    if (set?.client !== client || !set.honoured) return refused(client)
    if (set.refreshEnds !== null && set.refreshEnds <= now()) {
      end(set, 'expired')
      return refused(client)
    }
    if (client === 'calcom') for (const other of honoured(client, set.account)) if (other !== set) end(other, 'sibling')
    end(set, 'rotated')
    if (client === 'calendly' && refreshEndsAccess) set.accessRevoked = true
    return issue(set, set)
  }

  /** An answer in the name of whoever the access token belongs to. */
  function inNameOf(client: string, authorization: string, answer: (set: IssuedSet) => Said): Said {
    const set = numbered(authorization.replace(/^Bearer /, ''), 'at')
    if (set?.client === client && accessLives(set)) return answer(set)
    return json(401, { message: 'The access token is invalid' })
  }

  function me(client: string, set: IssuedSet): Said {
    const facts = { name: set.account, email: `${set.account}@sim.test` }
    return client === 'calendly'
      ? json(200, {
          resource: {
            uri: accountId(client, set.account),
            timezone: 'Europe/Paris',
            current_organization: `${origin}/organizations/1`,
            ...facts,
          },
        })
      : json(200, { status: 'success', data: { id: Number(set.account), timeZone: 'Europe/Paris', ...facts } })
  }

  function revoke(form: URLSearchParams): Said {
    const set = numbered(form.get('token'), 'rt') ?? numbered(form.get('token'), 'at')
    if (set) {
      end(set, 'revoked')
      set.accessRevoked = true
    }
    return json(200, {})
  }

  function numbered(token: string | null, prefix: 'at' | 'rt'): IssuedSet | undefined {
    return token?.startsWith(prefix) ? sets[Number(token.slice(2)) - 1] : undefined
  }

  function honoured(client: string, account: string): IssuedSet[] {
    const living = (set: IssuedSet) => set.honoured && (set.refreshEnds ?? Number.POSITIVE_INFINITY) > now()
    return sets.filter((set) => set.client === client && set.account === account && living(set))
  }

  function accessLives(set: IssuedSet): boolean {
    return !set.accessRevoked && set.accessEnds > now()
  }

  return {
    sets,
    honoured,
    accessLives,
    consent(url, account, owner) {
      const client = url.pathname.startsWith('/calendly') ? 'calendly' : 'calcom'
      const code = `code${codes.size}-${chance.between(0, 999_999)}`
      codes.set(code, { client, account, owner, until: now() + 600_000 })
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return back.href
    },
    subscriptions,
    handle({ method, path, body, authorization }) {
      const form = new URLSearchParams(body)
      switch (path) {
        case '/calendly/auth/oauth/token':
          return token('calendly', form)
        case '/calcom/api/v2/auth/oauth2/token':
          return token('calcom', form)
        case '/calendly/auth/oauth/revoke':
          return revoke(form)
        case '/calendly/api/users/me':
          return inNameOf('calendly', authorization, (set) => me('calendly', set))
        case '/calcom/api/v2/me':
          return inNameOf('calcom', authorization, (set) => me('calcom', set))
      }
      const [, client] = /^\/(calendly\/api\/webhook_subscriptions|calcom\/api\/v2\/webhooks)(\/|$)/.exec(path) ?? []
      if (client === undefined) return json(404, { message: `no route ${path}` })
      const rule = client.startsWith('calendly') ? 'calendly' : 'calcom'
      return inNameOf(rule, authorization, ({ account }) => subscriptions.handle(rule, account, method, path, body))
    },
    revokedByUser(client, account) {
      for (const set of honoured(client, account)) end(set, 'user')
      if (client !== 'calendly') return
      for (const set of sets) if (set.client === client && set.account === account) set.accessRevoked = true
    },
  }
}

function refused(client: string): Said {
  const description = client === 'calendly' ? 'The provided authorization grant is invalid.' : 'refresh_token_revoked'
  return json(400, { error: 'invalid_grant', error_description: description })
}

function withoutPkce(client: Client): Client {
  const provider = Object.freeze({ ...client.provider, pkce: { confidential: false, public: false } })
  return Object.freeze({ ...client, provider })
}
