// @auth/core, with which Auth.js and NextAuth work: its session is an encrypted cookie, and it stores nothing.

import { Auth, type AuthConfig } from '@auth/core'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'

const origin = 'http://localhost:3000'

function configOf(url: string): AuthConfig {
  return {
    secret: 'a secret of the host application',
    trustHost: true,
    basePath: '/auth',
    providers: [
      {
        ...{ id: 'bench', name: 'Bench', type: 'oauth', clientId: 'bench', clientSecret: 'the secret of the bench' },
        ...{ issuer: url, checks: ['pkce', 'state'], token: `${url}/oauth/token`, userinfo: `${url}/me` },
        authorization: { url: `${url}/oauth/authorize`, params: { scope: 'read' } },
        client: { token_endpoint_auth_method: 'client_secret_post' },
        profile: ({ sub, name, email }: Record<string, string>) => ({ id: sub, name, email }),
      } as AuthConfig['providers'][number],
    ],
    callbacks: { jwt: ({ token, account }) => (account ? { ...token, account } : token) },
    logger: { error: (error) => console.error(error), warn() {}, debug() {} },
  }
}

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

export const connectFlow: Setup<{ url: string; atOnce: number }> = async ({ url, atOnce }) => {
  const config = configOf(url)
  // The page's token against forged requests: a browser has it before it begins.
  const page = await Auth(new Request(`${origin}/auth/csrf`), config)
  const { csrfToken } = (await page.json()) as { csrfToken: string }
  const pageCookies = cookiesOf(page)

  async function connect(index: number): Promise<void> {
    const begun = await Auth(
      new Request(`${origin}/auth/signin/bench`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: pageCookies },
        body: new URLSearchParams({ csrfToken, callbackUrl: `${origin}/` }),
      }),
      config,
    )
    const location = new URL(begun.headers.get('location') ?? '')
    const back = `${origin}/auth/callback/bench?code=${codeOf(`auth-${index}`)}&state=${location.searchParams.get('state')}`
    const cookie = `${pageCookies}; ${cookiesOf(begun)}`
    const finished = await Auth(new Request(back, { headers: { cookie } }), config)
    const end = finished.headers.get('location') ?? 'error'
    if (!end.startsWith(origin) || end.includes('error')) throw new Error(`@auth/core: ${finished.status} ${end}`)
  }
  return { round: loop(connect, { atOnce }) }
}
