// Finds out which account gave consent, with the access token that has just been issued.

import type { Account } from '../core/connection.ts'
import { causeOf } from '../core/foreign-error.ts'
import { ask, TransportError } from '../core/http.ts'
import type { ApiCall, Client } from '../core/provider.ts'
import { withoutTokens } from '../core/redaction.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Transport } from '../oauth/transport.ts'

/** `away`: try again later. `unknown`: the provider answers, and the answer names no account. */
export type Identified = { readonly account: Account } | { readonly away: string } | { readonly unknown: Error }

const pausesMs = [300, 900, 2700]

export async function identifyAccount(transport: Transport, client: Client, answer: TokenAnswer): Promise<Identified> {
  for (let round = 0; ; round++) {
    try {
      return { account: await client.provider.identify(answer, apiCall(transport, client, answer)) }
    } catch (error) {
      if (!(error instanceof Away || error instanceof TransportError)) return { unknown: faultOf(error, answer) }
      const pauseMs = pausesMs[round]
      if (pauseMs === undefined) return { away: error instanceof Away ? error.message : 'network' }
      await transport.clock.sleep(pauseMs)
    }
  }
}

/** Returns the error of a provider definition, which had the tokens in hand, without them. */
function faultOf(error: unknown, answer: TokenAnswer): Error {
  const hide = withoutTokens(answer)
  const message = error instanceof Error ? error.message : 'identify threw a value that is not an error'
  return new Error(hide(String(message)), { cause: causeOf(error, hide) })
}

class Away extends Error {}

function apiCall(transport: Transport, client: Client, answer: TokenAnswer): ApiCall {
  return async (path, extra = {}) => {
    const url = addressOf(client, path)
    const headers = { ...extra, accept: 'application/json', authorization: `Bearer ${answer.accessToken.reveal()}` }
    const { status, headers: got, text } = await ask(transport, url, { headers }, { deadlineMs: 10_000 })
    if (status === 429 || status >= 500) throw new Away(status === 429 ? 'rate_limited' : 'server_error')
    const json = parseJson(text)
    // Half an answer, or the page of a proxy, says nothing about the account.
    if (status === 200 && json === null) throw new Away('not_json')
    return { status, headers: got, json }
  }
}

/** The token goes to the provider's API and to its issuer, and nowhere else. */
function addressOf({ provider }: Client, path: string): string {
  if (path.startsWith('/')) return `${provider.apiBase}${path}`
  if (URL.parse(path)?.origin === new URL(provider.issuer).origin) return path
  throw new TypeError(`identify may call paths of the API and addresses on ${provider.issuer}; ${path} is neither`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
