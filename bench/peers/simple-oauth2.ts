// simple-oauth2: an OAuth client whose token object says whether it has expired. The application keeps it, in plain text.

import { AuthorizationCode } from 'simple-oauth2'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'

type Token = Awaited<ReturnType<AuthorizationCode['getToken']>>

function clientOf(url: string): AuthorizationCode {
  return new AuthorizationCode({
    client: { id: 'bench', secret: 'the secret of the bench' },
    auth: { tokenHost: url, tokenPath: '/oauth/token', authorizePath: '/oauth/authorize' },
    options: { authorizationMethod: 'body' },
  })
}

const connect = (url: string, account: string): Promise<Token> =>
  clientOf(url).getToken({ code: codeOf(account), redirect_uri: 'http://localhost:3000/' })

export const readToken: Setup<{ url: string; accounts: number }> = async ({ url, accounts }) => {
  const held: Token[] = []
  for (let index = 0; index < accounts; index++) held.push(await connect(url, `simple-${index}`))
  // As its README says: refresh if it has expired.
  const operation = async (index: number) => {
    let token = held[index % accounts] as Token
    if (token.expired(30)) token = await token.refresh()
    if (String(token.token.access_token).length < 600) throw new Error('no token')
  }
  return { round: loop(operation, { batch: 64 }) }
}

/** Each process loads the token set that one process has connected. */
export const stampede: Setup<{ url: string; account: string }> = async ({ url, account }) => {
  let shared: Token
  return {
    connect: async () => JSON.stringify(await connect(url, account)),
    load: async (text: string) => {
      shared = clientOf(url).createToken({ ...JSON.parse(text), expires_at: new Date(Date.now() - 1000).toISOString() })
    },
    ask: async (callers: number) => {
      const one = async () => {
        if (shared.expired()) shared = await shared.refresh()
      }
      const asked = await Promise.allSettled(Array.from({ length: callers }, one))
      return asked.filter(({ status }) => status === 'rejected').length
    },
  }
}
