// `fetch` as one process sees it: requests that get lost, providers that answer with a page, answers that break off. A
// request that has left may reach the provider after its sender has given up, or died.

import type { Fetch } from '../../src/core/http.ts'
import type { NetworkFate } from './faults.ts'
import { json, type Said } from './said.ts'
import { type Life, survives, type World } from './world.ts'

export function networkSeam(world: World, life: Life): Fetch {
  const { scheduler, faults, provider, ledger, chance } = world
  return (input, init = {}) => {
    const url = new URL(String(input))
    const body = init.body ? String(init.body) : ''
    const form = new URLSearchParams(body)
    const method = init.method ?? 'GET'
    const authorization = new Headers(init.headers).get('authorization') ?? ''
    const client = url.pathname.startsWith('/calendly') ? 'calendly' : 'calcom'
    const spent = form.get('grant_type') === 'refresh_token' ? (form.get('refresh_token') ?? '') : null
    const isToken = form.has('grant_type')
    const { fate, transit, answer } = faults.network(client)
    const shown = spent ?? (form.get('code') ? 'a code' : `${method} ${url.pathname}`)
    const outcome = spent === null ? () => {} : ledger.presented(life, spent)
    if (fate !== 'fine') ledger.trouble()
    life.hindered += transit + answer
    world.note(life.name, () => `sends ${shown}`)

    return new Promise<Response>((resolve, reject) => {
      let given = false
      function fail(error: unknown, harmless: boolean): void {
        outcome(harmless ? 'harmless' : 'unknown')
        if (given) return
        given = true
        reject(error)
      }
      function deliver(response: () => Response, said: Said, whole: boolean): void {
        if (given) return
        given = true
        // An answer without an end is under way until its reader gives up.
        if (fate !== 'endless') outcome(whole ? resultOf(said) : 'unknown')
        if (whole && isToken) delivered(world, life, said)
        if (!isToken && said.status === 429) life.limitedAt = scheduler.now()
        world.note(life.name, () => `gets ${whole ? '' : 'a part of '}${said.status} for ${shown}`)
        resolve(response())
      }
      const aborted = () => {
        ledger.trouble()
        world.note(life.name, () => `gives up ${shown}`)
        fail(init.signal?.reason, false)
      }
      if (init.signal?.aborted) return aborted()
      init.signal?.addEventListener('abort', aborted, { once: true })

      scheduler.after(transit, () => {
        const there = survives(world, life) && !given
        if (!there && chance.odds(0.5)) return
        if (fate === 'never_left') return fail(failure('ECONNREFUSED'), true)
        if (fate === 'reset_before') return fail(failure('ECONNRESET'), false)
        const said =
          withoutDecision(fate, client) ?? provider.handle({ method, path: url.pathname, body, authorization })
        world.note('provider', () => `decides ${shown} of ${life.name}: ${said.status} ${said.body.slice(0, 60)}`)
        if (fate === 'lost') return
        scheduler.after(answer, () => {
          if (!survives(world, life)) return
          if (fate === 'reset_after') return fail(failure('ECONNRESET'), false)
          const { sent, whole } = replaced(fate, said)
          deliver(() => responseOf(fate, sent), sent, whole)
        })
      })
    })
  }
}

/** What comes back without the provider having done anything. */
function withoutDecision(fate: NetworkFate, client: string): Said | null {
  if (fate === 'error_before') return { status: 503, body: '<h1>Service Unavailable</h1>' }
  if (fate === 'limited') return { ...json(429, { message: 'slow down' }), headers: { 'retry-after': '7' } }
  if (fate !== 'invalid_client') return null
  return json(401, { error: 'invalid_client', error_description: `${client} does not know this client` })
}

/** What a proxy makes of the provider's answer, and whether all of it arrives. */
function replaced(fate: NetworkFate, said: Said): { sent: Said; whole: boolean } {
  if (fate === 'page') return { sent: { status: 200, body: '<html>Welcome</html>' }, whole: false }
  if (fate === 'error_after') return { sent: { status: 502, body: '<html>Bad Gateway</html>' }, whole: false }
  if (fate === 'cut_text') return { sent: { ...said, body: said.body.slice(0, -9) }, whole: false }
  return { sent: said, whole: fate !== 'cut_stream' && fate !== 'endless' }
}

function responseOf(fate: NetworkFate, { status, body, headers = {} }: Said): Response {
  if (status === 204) return new Response(null, { status, headers })
  if (fate !== 'cut_stream' && fate !== 'endless') return new Response(body, { status, headers })
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body.slice(0, -9)))
      if (fate === 'cut_stream') controller.error(failure('UND_ERR_SOCKET'))
    },
  })
  return new Response(stream, { status, headers })
}

/** What a whole answer tells the process about the refresh token that it presented. */
function resultOf({ status, body }: Said): 'issued' | 'refused' | 'harmless' | 'unknown' {
  if (status === 200) return 'issued'
  if (status === 429 || status === 401) return 'harmless'
  return body.includes('invalid_grant') ? 'refused' : 'unknown'
}

function delivered({ ledger, provider }: World, life: Life, { status, body }: Said): void {
  const [, digits] = status === 200 ? (/"rt(\d+)"/.exec(body) ?? []) : []
  const set = provider.sets[Number(digits ?? 0) - 1]
  if (set) ledger.custody.way(set).deliveredTo = life
}

function failure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}
