// A token endpoint that only knows single-use refresh tokens, and counts how often it saw each.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string
  /** How often each refresh token was accepted, and how often it was refused. */
  readonly seen: ReadonlyMap<string, { accepted: number; refused: number }>
  /** Requests that are being answered. */
  underWay(): number
}

/** A refresh token `rt-{account}-{generation}` is good once, and brings the next generation's. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const seen = new Map<string, { accepted: number; refused: number }>()
  let underWay = 0
  const server = createServer(async (request, response) => {
    underWay++
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('refresh_token') ?? ''
    const record = seen.get(token) ?? { accepted: 0, refused: 0 }
    seen.set(token, record)
    const good = record.accepted === 0 && /^rt-\d+-\d+$/.test(token)
    if (good) record.accepted++
    else record.refused++
    // Long enough for a process to be killed meanwhile.
    await setTimeout(5 + Math.random() * 40)
    const [, account, generation] = token.split('-')
    const answer = good
      ? {
          access_token: `at-${account}-${Number(generation) + 1}`,
          refresh_token: `rt-${account}-${Number(generation) + 1}`,
          token_type: 'Bearer',
          expires_in: 7200,
          scope: 'users:read event_types:read scheduled_events:read',
        }
      : { error: 'invalid_grant' }
    response.writeHead(good ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    underWay--
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    underWay: () => underWay,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
