// A host application in a process of its own. It talks to the service over HTTP alone, keeps everything that it gets, and writes down
// its memory when it is told to.

import { writeHeapSnapshot } from 'node:v8'

export interface Asked {
  readonly id: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface Answered {
  readonly id: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const kept: unknown[] = []

process.on('message', async (message: Asked | { readonly snapshot: string }) => {
  if ('snapshot' in message) {
    process.send?.({ written: writeHeapSnapshot(message.snapshot), kept: kept.length })
    return
  }
  const answer = await answerTo(message)
  kept.push(answer)
  process.send?.(answer)
})

async function answerTo({ id, method, url, headers, body }: Asked): Promise<Answered> {
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual' })
    kept.push(response)
    return { id, status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
  } catch (error) {
    // The service has been killed meanwhile.
    kept.push(error)
    return { id, status: 0, headers: {}, text: '' }
  }
}

process.on('disconnect', () => process.exit())
