// @badgateway/oauth2-client: an OAuth client with a fetch that keeps the token, in memory and in plain text.

import { OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'

async function connected(url: string, account: string) {
  const client = new OAuth2Client({
    server: url,
    clientId: 'bench',
    clientSecret: 'the secret of the bench',
    tokenEndpoint: '/oauth/token',
    authorizationEndpoint: '/oauth/authorize',
    authenticationMethod: 'client_secret_post',
  })
  const token = await client.authorizationCode.getToken({
    code: codeOf(account),
    redirectUri: 'http://localhost:3000/',
  })
  return { client, token }
}

function fetchOf(client: OAuth2Client, token: OAuth2Token): OAuth2Fetch {
  return new OAuth2Fetch({ client, getStoredToken: () => token, getNewToken: () => null, scheduleRefresh: false })
}

export const readToken: Setup<{ url: string; accounts: number }> = async ({ url, accounts }) => {
  const held: OAuth2Fetch[] = []
  for (let index = 0; index < accounts; index++) {
    const { client, token } = await connected(url, `badgateway-${index}`)
    held.push(fetchOf(client, token))
  }
  const operation = async (index: number) => {
    const token = await (held[index % accounts] as OAuth2Fetch).getAccessToken()
    if (token.length < 600) throw new Error('no token')
  }
  return { round: loop(operation, { batch: 64 }) }
}

export const call: Setup<{ url: string; path: string; atOnce: number }> = async ({ url, path, atOnce }) => {
  const { client, token } = await connected(url, 'badgateway')
  const fetches = fetchOf(client, token)
  const operation = async () => {
    const response = await fetches.fetch(url + path)
    await response.arrayBuffer()
  }
  return { round: loop(operation, { atOnce }) }
}

/** Each process holds the token set that one process has connected. */
export const stampede: Setup<{ url: string; account: string }> = async ({ url, account }) => {
  const { client } = await connected(url, `${account}-unused`)
  let fetches: OAuth2Fetch
  return {
    connect: async () => (await connected(url, account)).token,
    load: async (token: OAuth2Token) => {
      fetches = fetchOf(client, { ...token, expiresAt: Date.now() - 1000 })
    },
    ask: async (callers: number) => {
      const asked = Array.from({ length: callers }, () => fetches.getAccessToken())
      return (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length
    },
  }
}
