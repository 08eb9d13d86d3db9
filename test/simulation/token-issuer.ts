// The token endpoints of the simulated providers. They know what no client can know: which token sets are honoured, which
// set was refreshed into which, and what ended each.

import { json, type ProviderResponse } from './provider-response.ts'
import type { Random } from './random.ts'
import { accountId, simulatedScopes } from './simulated-clients.ts'

/** What ended a refresh token. `sibling`: another one of the account was refreshed (Cal.com). */
export type Cause = 'rotated' | 'sibling' | 'user' | 'revoked' | 'expired'

/** The lifetimes that a provider states for its tokens: right, always zero, or now and then impossible. */
export type StatedLifetimes = 'right' | 'zero' | 'odd'

/** One access and one refresh token, issued together. `at7` and `rt7` are the tokens of set 7. */
export interface IssuedSet {
  readonly n: number
  readonly client: string
  readonly account: string
  readonly owner: string
  /** The set that the consent gave. */
  readonly root: IssuedSet
  /** The set whose refresh token was spent for this one; `null`: a consent gave it. */
  readonly parent: IssuedSet | null
  readonly issuedAt: number
  readonly accessEnds: number
  /** When the access token ends according to its issuer, which may be wrong. */
  readonly statedEnd: number
  readonly refreshEnds: number | null
  honoured: boolean
  cause: Cause | null
  accessRevoked: boolean
  /** The API has refused its access token: whose it is cannot be asked any more. */
  accessRefused: boolean
}

export interface TokenIssuer {
  readonly sets: readonly IssuedSet[]
  /** A user has given consent. Returns the code. */
  issueCode(client: string, account: string, owner: string): string
  /** Answers a request of the token endpoint. */
  token(client: string, form: URLSearchParams): ProviderResponse
  revoke(form: URLSearchParams): ProviderResponse
  revokedByUser(client: string, account: string): void
  /** Sets whose refresh token is honoured now. */
  honoured(client: string, account: string): IssuedSet[]
  accessLives(set: IssuedSet): boolean
  /** The set that this token belongs to. */
  find(token: string | null, prefix: 'at' | 'rt'): IssuedSet | undefined
}

const month = 2_592_000_000

/** Seconds that servers have been seen to write into `expires_in`, whatever they meant. */
const oddLifetimes = [0, -1, 1, 9_999_999_999_999, 9_007_199_254_740_991, 2 ** 63 / 1000, 9.3e18]

export function createTokenIssuer(now: () => number, random: Random, given: StatedLifetimes | null): TokenIssuer {
  const sets: IssuedSet[] = []
  const codes = new Map<string, { client: string; account: string; owner: string; until: number }>()
  /** Whether a refresh at Calendly ends the access token that came with the old refresh token: not documented. */
  const refreshEndsAccess = random.odds(0.7)
  const statedLifetimes = given ?? random.weighted<StatedLifetimes>({ right: 90, zero: 4, odd: 6 })

  function issue(from: Pick<IssuedSet, 'client' | 'account' | 'owner'>, parent: IssuedSet | null): ProviderResponse {
    const seconds = drawStatedSeconds(random, statedLifetimes, lifetimeSeconds(from.client))
    const set = newSet(sets.length + 1, from, parent, now(), seconds)
    sets.push(set)
    return tokenResponse(set, seconds)
  }

  function find(token: string | null, prefix: 'at' | 'rt'): IssuedSet | undefined {
    return token?.startsWith(prefix) ? sets[Number(token.slice(2)) - 1] : undefined
  }

  function honoured(client: string, account: string): IssuedSet[] {
    const lives = (set: IssuedSet) => set.honoured && (set.refreshEnds ?? Number.POSITIVE_INFINITY) > now()
    return sets.filter((set) => set.client === client && set.account === account && lives(set))
  }

  return {
    sets,
    honoured,
    find,
    accessLives: (set) => !set.accessRevoked && set.accessEnds > now(),
    issueCode(client, account, owner) {
      const code = `code${codes.size}-${random.between(0, 999_999)}`
      codes.set(code, { client, account, owner, until: now() + 600_000 })
      return code
    },
    token(client, form) {
      if (form.get('grant_type') === 'authorization_code') {
        const code = codes.get(form.get('code') ?? '')
        codes.delete(form.get('code') ?? '')
        return code?.client === client && code.until > now() ? issue(code, null) : refused(client)
      }
      const set = find(form.get('refresh_token'), 'rt')
      if (set?.client !== client || !set.honoured) return refused(client)
      if (set.refreshEnds !== null && set.refreshEnds <= now()) {
        end(set, 'expired')
        return refused(client)
      }
      const siblings = client === 'calcom' ? honoured(client, set.account).filter((other) => other !== set) : []
      for (const sibling of siblings) end(sibling, 'sibling')
      end(set, 'rotated')
      if (client === 'calendly' && refreshEndsAccess) set.accessRevoked = true
      return issue(set, set)
    },
    revoke(form) {
      const set = find(form.get('token'), 'rt') ?? find(form.get('token'), 'at')
      if (set) {
        end(set, 'revoked')
        set.accessRevoked = true
      }
      return json(200, {})
    },
    revokedByUser(client, account) {
      for (const set of honoured(client, account)) end(set, 'user')
      if (client !== 'calendly') return
      for (const set of sets) if (set.client === client && set.account === account) set.accessRevoked = true
    },
  }
}

function end(set: IssuedSet, cause: Cause): void {
  if (set.honoured) Object.assign(set, { honoured: false, cause })
}

function drawStatedSeconds(random: Random, statedLifetimes: StatedLifetimes, lifetime: number): number {
  if (statedLifetimes === 'zero') return 0
  return statedLifetimes === 'odd' && random.odds(0.2) ? random.pick(oddLifetimes) : lifetime
}

function lifetimeSeconds(client: string): number {
  return client === 'calendly' ? 7200 : 1800
}

function newSet(
  n: number,
  { client, account, owner }: Pick<IssuedSet, 'client' | 'account' | 'owner'>,
  parent: IssuedSet | null,
  now: number,
  statedSeconds: number,
): IssuedSet {
  const set = {
    n,
    client,
    account,
    owner,
    parent,
    honoured: true,
    cause: null,
    accessRevoked: false,
    accessRefused: false,
    issuedAt: now,
    accessEnds: now + lifetimeSeconds(client) * 1000,
    statedEnd: now + statedSeconds * 1000,
    refreshEnds: client === 'calendly' ? null : now + month,
  } as unknown as IssuedSet
  return Object.assign(set, { root: parent?.root ?? set })
}

function tokenResponse({ n, client, account, issuedAt }: IssuedSet, statedSeconds: number): ProviderResponse {
  const common = { access_token: `at${n}`, refresh_token: `rt${n}`, token_type: 'bearer', expires_in: statedSeconds }
  if (client !== 'calendly') return json(200, { ...common, scope: simulatedScopes.calcom.join(' ') })
  const scope = simulatedScopes.calendly.join(' ')
  const created = Math.floor(issuedAt / 1000)
  return json(200, { ...common, created_at: created, scope, owner: accountId(client, account) })
}

function refused(client: string): ProviderResponse {
  const description = client === 'calendly' ? 'The provided authorization grant is invalid.' : 'refresh_token_revoked'
  return json(400, { error: 'invalid_grant', error_description: description })
}
