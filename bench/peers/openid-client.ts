// openid-client: a certified client for the protocol. The application keeps everything: here the state and the verifier
// in a map, and the tokens in one plain row.

import * as client from 'openid-client'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf, newTokens } from '../provider/tokens.ts'
import { plainTable } from './plain-table.ts'

function configOf(url: string): client.Configuration {
  const server = { issuer: url, authorization_endpoint: `${url}/oauth/authorize`, token_endpoint: `${url}/oauth/token` }
  const config = new client.Configuration(server, 'bench', {}, client.ClientSecretPost('the secret of the bench'))
  client.allowInsecureRequests(config)
  return config
}

export const call: Setup<{ url: string; path: string; atOnce: number }> = async ({ url, path, atOnce }) => {
  const config = configOf(url)
  const token = newTokens('openid', 1).access_token
  const address = new URL(url + path)
  const operation = async () => {
    const response = await client.fetchProtectedResource(config, token, address, 'GET')
    await response.arrayBuffer()
  }
  return { round: loop(operation, { atOnce }) }
}

export const connectFlow: Setup<{ url: string; folder: string; atOnce: number }> = async ({ url, folder, atOnce }) => {
  const config = configOf(url)
  const rows = plainTable(folder)
  const redirect_uri = 'http://localhost:3000/callback'
  const attempts = new Map<string, string>()

  async function begin(_request: Request): Promise<Response> {
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    attempts.set(state, verifier)
    const location = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri, state, scope: 'read', code_challenge_method: 'S256' },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
    })
    const headers = { location: location.href, 'set-cookie': `state=${state}; HttpOnly; Path=/` }
    return new Response(null, { status: 303, headers })
  }

  async function callback(request: Request): Promise<Response> {
    const state = request.headers.get('cookie')?.split('=')[1] ?? ''
    const pkceCodeVerifier = attempts.get(state) ?? ''
    attempts.delete(state)
    const tokens = await client.authorizationCodeGrant(config, new URL(request.url), {
      ...{ pkceCodeVerifier, expectedState: state },
    })
    rows.insert(tokens)
    return new Response(null, { status: 303, headers: { location: '/done' } })
  }

  const round = loop(
    async (index) => {
      const begun = await begin(new Request('http://localhost:3000/connect'))
      const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
      const code = codeOf(`openid-${index}`)
      await callback(new Request(`${redirect_uri}?code=${code}&state=${state}`, { headers: { cookie } }))
    },
    { atOnce },
  )
  return { round, close: rows.close }
}
