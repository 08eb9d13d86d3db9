// `fetch` as one process sees it: requests that get lost, providers that answer with a page, late, or in pieces, answers
// that break off. A request that has left may reach the provider after its sender has given up, or died. As the platform's
// `fetch` does, it announces when it makes a request, and when that is about to leave.

import { channel } from 'node:diagnostics_channel'
import type { Fetch } from '../../src/core/http.ts'
import { placePath } from './booking-places.ts'
import type { RequestFate } from './faults.ts'
import { failure, inPieces, replaced, responseOf, resultOf, withoutDecision } from './faulty-responses.ts'
import type { Mutation } from './mutation.ts'
import type { ProviderRequest } from './provider.ts'
import type { ProviderResponse } from './provider-response.ts'
import type { TokenSetState } from './token-tracker.ts'
import { type SimulatedProcess, survives, type World } from './world.ts'

const requestMade = channel('undici:request:create')
const requestLeaving = channel('undici:client:sendHeaders')

/** The most ms of a late answer by which its callers may be late. */
const maxCountedDelayMs = 20_000

type Outcome = (result: 'issued' | 'refused' | 'harmless' | 'unknown') => void

/** A request as the production code makes it. */
interface SentRequest extends ProviderRequest {
  readonly client: 'calendly' | 'calcom'
  /** The refresh token that it presents. */
  readonly presented: string | null
  readonly isToken: boolean
  /** Whether it goes to the bookings of the account. */
  readonly isOfBookings: boolean
  /** How the transcript names it. */
  readonly shown: string
  readonly signal: AbortSignal | null | undefined
}

/** What the caller of `fetch` waits for. */
interface Caller {
  /** Called right before the request leaves. */
  leaves(): void
  resolve(response: Response): void
  reject(error: unknown): void
}

/** One request on its way. */
interface Exchange {
  readonly process: SimulatedProcess
  readonly request: SentRequest
  readonly fate: RequestFate
  readonly caller: Caller
  /** Reports what became of the refresh token. */
  outcome: Outcome
  hasLeft: boolean
  /** The caller has a response or an error. */
  isSettled: boolean
}

export function faultyFetch(
  world: World,
  process: SimulatedProcess,
  { unannounced = false }: { readonly unannounced?: Mutation['unannounced'] } = {},
): Fetch {
  const { faults, provider, checker } = world
  return (input, init = {}) => {
    const request = requestOf(input, init)
    const fate = faults.network(request.client, request.isToken || request.isOfBookings)
    if (fate.fate !== 'fine') checker.noteFault()
    process.delayMs += fate.connecting + fate.transit + Math.min(fate.answer, maxCountedDelayMs)
    world.note(process.name, () => `asks for ${request.shown}`)
    const announcement = { request: {} }
    const announced = unannounced === 'bookings' ? !request.isOfBookings : !unannounced
    if (announced) requestMade.publish(announcement)
    const revoked = provider.sets[Number(new URLSearchParams(request.body).get('token')?.slice(2) ?? 0) - 1]
    if (revoked) checker.tracker.stateOf(revoked).revoking = true
    const leaves = () => announced && requestLeaving.publish(announcement)
    return new Promise((resolve, reject) => {
      const caller = { leaves, resolve, reject }
      begin(world, { process, request, fate, caller, outcome: () => {}, hasLeft: false, isSettled: false })
    })
  }
}

function requestOf(input: string | URL, init: RequestInit): SentRequest {
  const { pathname: path } = new URL(String(input))
  const body = init.body ? String(init.body) : ''
  const form = new URLSearchParams(body)
  const method = init.method ?? 'GET'
  const presented = form.get('grant_type') === 'refresh_token' ? (form.get('refresh_token') ?? '') : null
  return {
    method,
    path,
    body,
    presented,
    isToken: form.has('grant_type'),
    isOfBookings: path.includes(placePath),
    signal: init.signal,
    authorization: new Headers(init.headers).get('authorization') ?? '',
    client: path.startsWith('/calendly') ? 'calendly' : 'calcom',
    shown: presented ?? (form.get('code') ? 'a code' : `${method} ${path}`),
  }
}

function begin(world: World, exchange: Exchange): void {
  const { scheduler, pausing } = world
  const { process, request, fate } = exchange
  const onAbort = () => abort(world, exchange)
  if (request.signal?.aborted) onAbort()
  request.signal?.addEventListener('abort', onAbort, { once: true })
  if (fate.pauseAt !== null) scheduler.after(fate.pauseAt, () => pausing.pause(process))
  scheduler.after(fate.connecting, () => pausing.deliver(process, 'socket', () => leave(world, exchange)))
}

function abort(world: World, exchange: Exchange): void {
  const { process, request, hasLeft } = exchange
  if (hasLeft) world.checker.noteFault()
  world.note(process.name, () => `gives up ${request.shown}${hasLeft ? '' : ' before it has left'}`)
  fail(exchange, request.signal?.reason, !hasLeft)
}

function fail(exchange: Exchange, error: unknown, isHarmless: boolean): void {
  exchange.outcome(isHarmless ? 'harmless' : 'unknown')
  if (exchange.isSettled) return
  exchange.isSettled = true
  exchange.caller.reject(error)
}

/** The connection stands: the request leaves, if its caller still waits. */
function leave(world: World, exchange: Exchange): void {
  const { process, request, fate, caller } = exchange
  if (!survives(world, process) || exchange.isSettled) return
  if (fate.fate === 'never_left') fail(exchange, failure('ECONNREFUSED'), true)
  else caller.leaves()
  if (exchange.isSettled) return
  exchange.hasLeft = true
  if (request.presented !== null) exchange.outcome = world.checker.presented(process, request.presented)
  world.note(process.name, () => `sends ${request.shown}`)
  world.scheduler.after(fate.transit, () => arrive(world, exchange))
}

/** The request reaches the provider, which decides it, unless it was lost on the way. */
function arrive(world: World, exchange: Exchange): void {
  const { faults, provider, pausing, random, scheduler } = world
  const { process, request, fate } = exchange
  const isAwaited = survives(world, process) && !exchange.isSettled
  if (!isAwaited && random.odds(0.5)) return
  if (fate.fate === 'reset_before')
    return void pausing.deliver(process, 'socket', () => fail(exchange, failure('ECONNRESET'), false))
  const retryAfter = request.isToken ? faults.retryAfter() : '7'
  const response = withoutDecision(fate.fate, request.client, retryAfter) ?? provider.handle(request)
  world.note('provider', () => {
    const { status, body } = response
    return `decides ${request.shown} of ${process.name}: ${status} ${body.slice(0, 60)}`
  })
  if (fate.fate !== 'lost') scheduler.after(fate.answer, () => answer(world, exchange, response))
}

/** The answer comes back, whole or damaged. */
function answer(world: World, exchange: Exchange, response: ProviderResponse): void {
  const { scheduler, pausing } = world
  const { process, request, caller } = exchange
  const { fate } = exchange.fate
  const { sent, whole } = replaced(fate, response)
  const reader = {
    comes: () => noteArrival(world, exchange, sent),
    ends: () => noteRead(world, exchange, sent),
    leaves: () => exchange.outcome('unknown'),
  }
  if (whole && fate !== 'dripping') reader.comes()
  pausing.deliver(process, 'socket', () => {
    if (!survives(world, process)) return
    if (fate === 'reset_after') return fail(exchange, failure('ECONNRESET'), false)
    if (exchange.isSettled) return
    exchange.isSettled = true
    if (!request.isToken && sent.status === 429) process.limitedAt = scheduler.now()
    world.note(process.name, () => `gets ${whole ? '' : 'a part of '}${sent.status} for ${request.shown}`)
    if (fate === 'dripping') return caller.resolve(inPieces(world, process, sent, reader))
    if (whole) reader.ends()
    // An answer without an end is in flight until its reader gives up.
    else if (fate !== 'endless') exchange.outcome('unknown')
    caller.resolve(responseOf(fate, sent))
  })
}

/** The answer has arrived at the machine of that process. */
function noteArrival(world: World, { process, request, fate, isSettled }: Exchange, sent: ProviderResponse): void {
  const isListening = !process.ended && (!isSettled || fate.fate === 'dripping')
  const state = request.isToken && isListening ? issuedState(world, sent) : null
  if (state) state.arrivedFor = process
}

/** The process has read the answer. */
function noteRead(world: World, { process, request, outcome }: Exchange, sent: ProviderResponse): void {
  outcome(resultOf(sent))
  const state = request.isToken ? issuedState(world, sent) : null
  if (state) Object.assign(state, { deliveredTo: process, deliveredAt: world.scheduler.now() })
}

function issuedState({ checker, provider }: World, { status, body }: ProviderResponse): TokenSetState | null {
  const [, digits] = status === 200 ? (/"rt(\d+)"/.exec(body) ?? []) : []
  const set = provider.sets[Number(digits ?? 0) - 1]
  return set ? checker.tracker.stateOf(set) : null
}
