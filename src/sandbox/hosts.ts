// The hosts of the providers: which paths belong to which host, and the names of their endpoints.

import { canonicalPath, tokenPath } from './calcom/api/paths.ts'
import { calcomApi } from './calcom/api-host.ts'
import { calcomApp } from './calcom/app-host.ts'
import { describeCalcom } from './calcom/describe.ts'
import { calcomFaultAnswers } from './calcom/fault-answers.ts'
import { calendlyApi } from './calendly/api-host.ts'
import { calendlyAuth } from './calendly/auth-host.ts'
import { describeCalendly } from './calendly/describe.ts'
import { calendlyFaultAnswers } from './calendly/fault-answers.ts'
import { calendlySite } from './calendly/site-host.ts'
import type { FaultAnswers } from './faults/strike.ts'
import type { Answer, Exchange, Note } from './http/exchange.ts'
import type { World } from './world/world.ts'

/** One host of a provider. */
export interface Host {
  readonly root: string
  readonly provider: NonNullable<Note['provider']>
  /** Endpoints with a name of their own, by path. */
  readonly endpoints: Readonly<Record<string, string>>
  /** What every other path is called. */
  readonly otherwise: string
  /** Reads a path as the host does, where one endpoint has several. */
  readonly canonical?: (path: string) => string
  readonly describe: (world: World, exchange: Exchange) => void
  readonly faultAnswers: FaultAnswers
  readonly answer: (world: World, exchange: Exchange) => Answer
}

const hosts: readonly Host[] = [
  {
    root: '/calendly/auth',
    provider: 'calendly',
    faultAnswers: calendlyFaultAnswers,
    endpoints: {
      '/oauth/authorize': 'authorize',
      '/oauth/token': 'token',
      '/oauth/revoke': 'revoke',
      '/oauth/introspect': 'introspect',
    },
    otherwise: 'page',
    describe: describeCalendly,
    answer: calendlyAuth,
  },
  {
    root: '/calendly/api',
    provider: 'calendly',
    faultAnswers: calendlyFaultAnswers,
    endpoints: {},
    otherwise: 'api',
    describe: describeCalendly,
    answer: calendlyApi,
  },
  {
    root: '/calendly/site',
    provider: 'calendly',
    faultAnswers: calendlyFaultAnswers,
    endpoints: {},
    otherwise: 'page',
    describe: () => {},
    answer: calendlySite,
  },
  {
    root: '/calcom/app',
    provider: 'calcom',
    faultAnswers: calcomFaultAnswers,
    endpoints: {
      '/auth/oauth2/authorize': 'authorize',
      '/api/auth/oauth/token': 'token',
      '/api/auth/oauth/refreshToken': 'token',
      '/api/auth/oauth/me': 'api',
    },
    otherwise: 'page',
    describe: describeCalcom,
    answer: calcomApp,
  },
  {
    root: '/calcom/api',
    provider: 'calcom',
    faultAnswers: calcomFaultAnswers,
    endpoints: { [tokenPath]: 'token' },
    otherwise: 'api',
    canonical: (path) => canonicalPath(path).toLowerCase(),
    describe: describeCalcom,
    answer: calcomApi,
  },
]

/** The host that a path belongs to, and the path below its root. */
export function findHost(pathname: string): { host: Host; path: string } | null {
  for (const host of hosts) {
    if (pathname.startsWith(`${host.root}/`)) return { host, path: pathname.slice(host.root.length) }
  }
  return null
}
