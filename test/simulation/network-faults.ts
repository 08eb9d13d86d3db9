// `fetch` as one process sees it: requests that get lost, providers that answer with a page, late, or drop by drop,
// answers that break off. A request that has left may reach the provider after its sender has given up, or died. As the
// platform's `fetch` does, it says when it makes a request, and when that is about to leave.

import { channel } from 'node:diagnostics_channel'
import type { Fetch } from '../../src/core/http.ts'
import { dripping, failure, replaced, responseOf, resultOf, withoutDecision } from './answers.ts'
import type { RequestFate } from './faults.ts'
import type { Asked } from './provider.ts'
import type { Said } from './response.ts'
import { type Life, survives, type World } from './world.ts'

const made = channel('undici:request:create')
const leaving = channel('undici:client:sendHeaders')

/** Ms of a late answer that its callers may be later for. */
const mostHindrance = 20_000

type Outcome = (result: 'issued' | 'refused' | 'harmless' | 'unknown') => void

/** A request as it was asked for. */
interface Request extends Asked {
  readonly client: 'calendly' | 'calcom'
  /** The refresh token that it presents. */
  readonly spent: string | null
  readonly isToken: boolean
  /** For people. */
  readonly shown: string
  readonly signal: AbortSignal | null | undefined
}

export function networkSeam(
  world: World,
  life: Life,
  { announced = true }: { readonly announced?: boolean } = {},
): Fetch {
  const { faults, provider, ledger } = world
  return (input, init = {}) => {
    const asked = requestOf(input, init)
    const fate = faults.network(asked.client, asked.isToken)
    if (fate.fate !== 'fine') ledger.trouble()
    life.hindered += fate.connecting + fate.transit + Math.min(fate.answer, mostHindrance)
    world.note(life.name, () => `asks for ${asked.shown}`)
    const request = {}
    if (announced) made.publish({ request })
    const revoked = provider.sets[Number(new URLSearchParams(asked.body).get('token')?.slice(2) ?? 0) - 1]
    if (revoked) ledger.custody.way(revoked).revoking = true
    const leaves = () => announced && leaving.publish({ request })
    return new Promise((resolve, reject) => travel(world, life, asked, fate, { leaves, resolve, reject }))
  }
}

function requestOf(input: string | URL, init: RequestInit): Request {
  const { pathname: path } = new URL(String(input))
  const body = init.body ? String(init.body) : ''
  const form = new URLSearchParams(body)
  const method = init.method ?? 'GET'
  const spent = form.get('grant_type') === 'refresh_token' ? (form.get('refresh_token') ?? '') : null
  return {
    ...{ method, path, body, spent, isToken: form.has('grant_type'), signal: init.signal },
    authorization: new Headers(init.headers).get('authorization') ?? '',
    client: path.startsWith('/calendly') ? 'calendly' : 'calcom',
    shown: spent ?? (form.get('code') ? 'a code' : `${method} ${path}`),
  }
}

interface Sender {
  /** Called right before it leaves. */
  leaves(): void
  resolve(response: Response): void
  reject(error: unknown): void
}

/** The way of one request: connecting, leaving, the provider's decision, the answer's coming and its being read. */
function travel(
  world: World,
  life: Life,
  asked: Request,
  { fate, connecting, transit, answer, pauseAt }: RequestFate,
  sender: Sender,
): void {
  const { scheduler, faults, provider, ledger, chance, pausing } = world
  const { shown, spent, isToken, signal } = asked
  let outcome: Outcome = () => {}
  let left = false
  let given = false

  function fail(error: unknown, harmless: boolean): void {
    outcome(harmless ? 'harmless' : 'unknown')
    if (given) return
    given = true
    sender.reject(error)
  }
  function aborted(): void {
    if (left) ledger.trouble()
    world.note(life.name, () => `gives up ${shown}${left ? '' : ' before it has left'}`)
    fail(signal?.reason, !left)
  }
  function connected(): void {
    if (!survives(world, life) || given) return
    if (fate === 'never_left') fail(failure('ECONNREFUSED'), true)
    else sender.leaves()
    if (given) return
    left = true
    if (spent !== null) outcome = ledger.presented(life, spent)
    world.note(life.name, () => `sends ${shown}`)
    scheduler.after(transit, arrived)
  }
  function arrived(): void {
    const there = survives(world, life) && !given
    if (!there && chance.odds(0.5)) return
    const reset = () => fail(failure('ECONNRESET'), false)
    if (fate === 'reset_before') pausing.deliver(life, 'socket', reset)
    else decide()
  }
  function decide(): void {
    const wait = isToken ? faults.retryAfter() : '7'
    const said = withoutDecision(fate, asked.client, wait) ?? provider.handle(asked)
    world.note('provider', () => `decides ${shown} of ${life.name}: ${said.status} ${said.body.slice(0, 60)}`)
    if (fate !== 'lost') scheduler.after(answer, () => answered(said))
  }
  function answered(said: Said): void {
    const { sent, whole } = replaced(fate, said)
    if (whole && fate !== 'dripping') come(sent)
    pausing.deliver(life, 'socket', () => {
      if (!survives(world, life)) return
      if (fate === 'reset_after') return fail(failure('ECONNRESET'), false)
      if (given) return
      given = true
      if (!isToken && sent.status === 429) life.limitedAt = scheduler.now()
      world.note(life.name, () => `gets ${whole ? '' : 'a part of '}${sent.status} for ${shown}`)
      const reader = { comes: () => come(sent), ends: () => read(sent), leaves: () => outcome('unknown') }
      if (fate === 'dripping') return sender.resolve(dripping(world, life, sent, reader))
      if (whole) read(sent)
      // An answer without an end is under way until its reader gives up.
      else if (fate !== 'endless') outcome('unknown')
      sender.resolve(responseOf(fate, sent))
    })
  }
  /** It has come to the machine of that process. */
  function come(sent: Said): void {
    const way = isToken && !life.ended && (!given || fate === 'dripping') ? wayOf(world, sent) : null
    if (way) way.reached = life
  }
  function read(sent: Said): void {
    outcome(resultOf(sent))
    const way = isToken ? wayOf(world, sent) : null
    if (way) Object.assign(way, { deliveredTo: life, deliveredAt: scheduler.now() })
  }

  if (signal?.aborted) aborted()
  signal?.addEventListener('abort', aborted, { once: true })
  if (pauseAt !== null) scheduler.after(pauseAt, () => pausing.pause(life))
  scheduler.after(connecting, () => pausing.deliver(life, 'socket', connected))
}

function wayOf({ ledger, provider }: World, { status, body }: Said) {
  const [, digits] = status === 200 ? (/"rt(\d+)"/.exec(body) ?? []) : []
  const set = provider.sets[Number(digits ?? 0) - 1]
  return set ? ledger.custody.way(set) : null
}
