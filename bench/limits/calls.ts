// A call by hand: the platform's fetch with a token at hand, and the body read.

import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { newTokens } from '../provider/tokens.ts'

export const bareFetch: Setup<{ url: string; path: string; atOnce: number }> = async ({ url, path, atOnce }) => {
  const headers = { authorization: `Bearer ${newTokens('account', 1).access_token}` }
  const operation = async () => {
    const response = await fetch(url + path, { headers })
    await response.arrayBuffer()
  }
  return { round: loop(operation, { atOnce }) }
}
