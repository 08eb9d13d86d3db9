// Authenticated calls, and typed ones.

import { calendlyApi } from 'punctual/calendly'
import { memory } from 'punctual/store/memory'
import { sqlite } from 'punctual/store/sqlite'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { benchClient, calendlyClient, connect, openPunctual } from './setup.ts'

export interface CallsInit {
  readonly url: string
  readonly folder: string
  readonly path: string
  readonly atOnce: number
  readonly tokenMemoryMs?: number
}

/** `connection.fetch`, with its body read. */
export const call: Setup<CallsInit> = async ({ url, folder, path, atOnce, tokenMemoryMs }) => {
  const punctual = openPunctual(
    { store: sqlite(`${folder}/punctual.db`), clients: [benchClient(url)] },
    tokenMemoryMs === undefined ? {} : { tokenMemoryMs },
  )
  const connection = await punctual.connections.get(await connect(punctual, 'bench', 'account'))
  const operation = async () => {
    const response = await connection.fetch(path)
    await response.arrayBuffer()
  }
  return { round: loop(operation, { atOnce }), close: () => punctual.stop() }
}

async function calendlyConnection(url: string) {
  const punctual = openPunctual({ store: memory(), clients: [calendlyClient(url)] })
  const connection = await punctual.connections.get(await connect(punctual, 'calendly', 'account'))
  return { connection, close: () => punctual.stop() }
}

/** `GET /users/me` by `connection.fetch` and `JSON.parse`. */
export const untypedCall: Setup<{ url: string; atOnce: number }> = async ({ url, atOnce }) => {
  const { connection, close } = await calendlyConnection(url)
  const operation = async () => {
    const { resource } = (await (await connection.fetch('/users/me')).json()) as { resource: { uri: string } }
    if (!resource.uri) throw new Error('no user')
  }
  return { round: loop(operation, { atOnce }), close }
}

/** The same by `calendlyApi(connection).me()`, which checks the answer. */
export const typedCall: Setup<{ url: string; atOnce: number }> = async ({ url, atOnce }) => {
  const { connection, close } = await calendlyConnection(url)
  const calendly = calendlyApi(connection)
  const operation = async () => {
    const { uri } = await calendly.me()
    if (!uri) throw new Error('no user')
  }
  return { round: loop(operation, { atOnce }), close }
}
