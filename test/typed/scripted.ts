// A connection whose responses the test writes itself: for shapes that the sandbox does not return.

import type { ApiCaller } from '../../src/core/calls.ts'
import { PunctualError } from '../../src/core/errors.ts'

export interface Scripted extends ApiCaller {
  /** The requests, such as `POST /invitees {"…"}`. */
  readonly asked: string[]
}

/** Returns these answers in turn. An error fails its call; a list is one page, with the `collection` or `data`. */
export function scripted(provider: string | null, ...answers: (Response | object)[]): Scripted {
  const asked: string[] = []
  const next = (): Response | PunctualError => {
    const answer = answers.shift()
    if (!answer) throw new Error('the script has ended')
    return answer instanceof Response || answer instanceof PunctualError ? answer : Response.json(answer)
  }
  return {
    provider,
    asked,
    account: { id: 'https://api.calendly.com/users/ME', name: null, email: null, timeZone: null },
    async call(path, init) {
      asked.push([init?.method ?? 'GET', String(path), init?.body].filter(Boolean).join(' '))
      const answer = next()
      if (answer instanceof Response) return { response: answer, failure: null }
      return { response: new Response('{}', { status: 400 }), failure: answer }
    },
    pages(path) {
      asked.push(`list ${path}`)
      return {
        position: null,
        async *[Symbol.asyncIterator]() {
          const page = next()
          if (!(page instanceof Response)) throw page
          const body = (await page.json()) as { collection?: never[]; data?: never[] }
          yield* body.collection ?? body.data ?? []
        },
      }
    },
  }
}
