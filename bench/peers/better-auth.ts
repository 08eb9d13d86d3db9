// better-auth with its generic OAuth plugin on node:sqlite (WAL, synchronous=NORMAL), its tokens encrypted. Rate limits and
// telemetry are off.

import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { genericOAuth } from 'better-auth/plugins'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'

const origin = 'http://localhost:3000'

async function openAuth(url: string, file: string) {
  const database = new DatabaseSync(file)
  database.exec('pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal')
  const config = {
    ...{
      providerId: 'bench',
      clientId: 'bench',
      clientSecret: 'the secret of the bench',
      scopes: ['read'],
      pkce: true,
    },
    ...{ authorizationUrl: `${url}/oauth/authorize`, tokenUrl: `${url}/oauth/token`, authentication: 'post' as const },
    async getUserInfo({ accessToken }: { accessToken?: string | undefined }) {
      const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
      const { sub, name, email } = (await response.json()) as Record<'sub' | 'name' | 'email', string>
      return { id: sub, name, email, emailVerified: true }
    },
  }
  const options = {
    ...{ baseURL: origin, secret: 'a secret of the host application', telemetry: { enabled: false } },
    ...{ database, rateLimit: { enabled: false }, account: { encryptOAuthTokens: true } },
    plugins: [genericOAuth({ config: [config] })],
  }
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  return { auth: betterAuth(options), database, close: async () => database.close() }
}

type Auth = Awaited<ReturnType<typeof openAuth>>['auth']

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** A whole flow: two requests. Returns the cookies of the session. */
async function connect(auth: Auth, account: string): Promise<string> {
  const begun = await auth.handler(
    new Request(`${origin}/api/auth/sign-in/social`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ provider: 'bench', callbackURL: '/' }),
    }),
  )
  const { url } = (await begun.json()) as { url: string }
  const to = new URL(url).searchParams
  const back = `${to.get('redirect_uri')}?code=${codeOf(account)}&state=${to.get('state')}`
  const finished = await auth.handler(new Request(back, { headers: { cookie: cookiesOf(begun) } }))
  if (finished.status !== 302 || finished.headers.get('location')?.includes('error'))
    throw new Error(`better-auth: ${finished.status} ${finished.headers.get('location')}`)
  return cookiesOf(finished)
}

interface Held {
  readonly userId: string
  readonly accountId: string
}

async function held({ auth, database }: Awaited<ReturnType<typeof openAuth>>, accounts: number): Promise<Held[]> {
  for (let index = 0; index < accounts; index++) await connect(auth, `better-${index}`)
  return database.prepare('select id as accountId, userId from account').all() as unknown as Held[]
}

/** As an application asks for the token of one of its users. */
async function tokenOf(auth: Auth, body: Held): Promise<string> {
  const { accessToken } = await auth.api.getAccessToken({ body })
  return accessToken
}

export const readToken: Setup<{ url: string; folder: string; accounts: number }> = async ({
  url,
  folder,
  accounts,
}) => {
  const open = await openAuth(url, `${folder}/better-auth.db`)
  const all = await held(open, accounts)
  const round = loop(async (index) => {
    if ((await tokenOf(open.auth, all[index % accounts] as Held)).length < 600) throw new Error('no token')
  })
  return { round, close: open.close }
}

interface CallInit {
  readonly url: string
  readonly folder: string
  readonly path: string
  readonly atOnce: number
}

export const call: Setup<CallInit> = async ({ url, folder, path, atOnce }) => {
  const open = await openAuth(url, `${folder}/better-auth.db`)
  const [one] = await held(open, 1)
  const operation = async () => {
    const token = await tokenOf(open.auth, one as Held)
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
  }
  return { round: loop(operation, { atOnce }), close: open.close }
}

export const connectFlow: Setup<{ url: string; folder: string; atOnce: number }> = async ({ url, folder, atOnce }) => {
  const { auth, close } = await openAuth(url, `${folder}/better-auth.db`)
  return { round: loop((index) => connect(auth, `better-${index}`), { atOnce }), close }
}

export const stampede: Setup<{ url: string; folder: string; account: string }> = async ({ url, folder, account }) => {
  const { auth, database, close } = await openAuth(url, `${folder}/better-auth.db`)
  let one: Held
  return {
    connect: async () => {
      await connect(auth, account)
      return null
    },
    load: async () => {
      one = database.prepare('select id as accountId, userId from account').get() as unknown as Held
    },
    ask: async (callers: number) => {
      const asked = await Promise.allSettled(Array.from({ length: callers }, () => tokenOf(auth, one)))
      return asked.filter(({ status }) => status === 'rejected').length
    },
    close,
  }
}
