// A connection whose answers a test writes itself: for shapes that no sandbox answers.

import type { ApiCaller } from '../../src/core/calls.ts'

export interface Scripted extends ApiCaller {
  /** What was asked, such as `POST /invitees {"…"}`. */
  readonly asked: string[]
}

/** Answers in turn; a list is answered as one page of its `collection` or `data`. */
export function scripted(provider: string | null, ...answers: (Response | object)[]): Scripted {
  const asked: string[] = []
  const next = (): Response => {
    const answer = answers.shift()
    if (!answer) throw new Error('nothing more is answered')
    return answer instanceof Response ? answer : Response.json(answer)
  }
  return {
    provider,
    asked,
    account: { id: 'https://api.calendly.com/users/ME', name: null, email: null, timeZone: null },
    async fetch(path, init) {
      asked.push([init?.method ?? 'GET', String(path), init?.body].filter(Boolean).join(' '))
      return next()
    },
    pages(path) {
      asked.push(`list ${path}`)
      return {
        position: null,
        async *[Symbol.asyncIterator]() {
          const body = (await next().json()) as { collection?: never[]; data?: never[] }
          yield* body.collection ?? body.data ?? []
        },
      }
    },
  }
}
