// Both providers behind one port, at which every secret that passes is noted with what it is.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createSandbox } from '../../../src/sandbox/index.ts'

const secretNames = /^(access_token|refresh_token|code|code_verifier|client_secret|token|state|secret|signing_key)$/

export interface RecordedSandbox {
  readonly sandbox: Awaited<ReturnType<typeof createSandbox>>
  /** Each secret, and what it is. */
  readonly secrets: Map<string, string>
  note(entries: Iterable<[name: string, value: unknown]>): void
}

export async function startRecordedSandbox(t: { after(end: () => unknown): void }): Promise<RecordedSandbox> {
  const secrets = new Map<string, string>()
  const note: RecordedSandbox['note'] = (entries) => {
    for (const [name, value] of entries)
      if (secretNames.test(name) && typeof value === 'string' && value.length >= 12) secrets.set(value, name)
  }
  const noteText = (text: string) => {
    note(new URLSearchParams(text))
    try {
      const json = JSON.parse(text)
      note(Object.entries({ ...json, ...json.data, ...json.resource }))
    } catch {
      // A form, or none.
    }
  }
  const server = createServer(
    getRequestListener(
      async (request) => {
        const text = await request.text()
        noteText(text)
        note(new URL(request.url).searchParams)
        const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
        note([['access_token', bearer]])
        const { method, headers } = request
        const answer = await sandbox.handler(
          new Request(request.url, { method, headers, ...(text !== '' && { body: text }) }),
        )
        noteText(await answer.clone().text())
        return answer
      },
      { overrideGlobalObjects: false },
    ),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sandbox = await createSandbox({
    listen: false,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await sandbox.close()
  })
  return { sandbox, secrets, note }
}
