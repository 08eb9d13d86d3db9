// One request from its first byte to its answer: read it, meet a fault, call the provider, write the state, send.
// Nothing waits between the check and the commit, and the state is on disk before the answer leaves.

import { afterForm, isFromPage, ownPage } from './console/console.ts'
import type { ControlContext } from './control/call.ts'
import { control } from './control/control.ts'
import { refuseOtherName } from './control/guard.ts'
import { type Connection, deliver, type Surroundings, toResponse } from './faults/deliver.ts'
import { meetFaults } from './faults/meet.ts'
import { type Delivery, strikeAfter, strikeBefore } from './faults/strike.ts'
import { findHost, type Host } from './hosts.ts'
import { readBody } from './http/body.ts'
import { type Answer, type Exchange, jsonAnswer, refused } from './http/exchange.ts'
import { shownGrantType, shownParameters, shownPath } from './http/journal.ts'
import { asset } from './pages/assets.ts'
import { pathInSandbox } from './world/addresses.ts'
import type { Fault } from './world/fault.ts'
import type { World } from './world/world.ts'

/** What a handler needs. */
export interface HandlerContext extends ControlContext {
  readonly surroundings: Surroundings
  /** Writes the state, if it has changed. */
  keep(): void
  /** Starts to send the webhooks that are due. */
  deliverDue(): void
}

/** Serves a request; with a connection if it came over a socket. */
export type Handler = (request: Request, connection?: Connection) => Promise<Response>

const sentences = { 408: 'The body did not arrive in time.', 413: 'The body is too large.' }

/** Creates the handler of a sandbox. */
export function createHandler(context: HandlerContext): Handler {
  const handler: Handler = async (request, connection) => {
    if (connection === undefined) request.signal.throwIfAborted()
    const url = new URL(request.url)
    const body = await readBody(request)
    if (typeof body === 'number') return toResponse({ status: body, headers: {}, body: sentences[body] })
    const found = findHost(context.world.ownAddresses ? pathInSandbox(url) : url.pathname)
    const exchange = exchangeOf(context.world, { request, url, body, connection })
    if (found === null) return toResponse(await own(context, exchange, handler))
    exchange.path = found.path
    exchange.note.provider = found.host.provider
    exchange.note.endpoint = endpointOf(found.host, found.path)
    return serve(context, found.host, { exchange, request, connection })
  }
  return handler
}

async function serve(
  context: HandlerContext,
  host: Host,
  { exchange, request, connection }: { exchange: Exchange; request: Request; connection: Connection | undefined },
): Promise<Response> {
  const { world, surroundings } = context
  let fault: Fault | null = null
  let skewSeconds = 0
  if (world.state.faults.length > 0) {
    host.describe(world, exchange)
    ;({ fault, skewSeconds } = meetFaults(world.state, exchange.note, { path: exchange.path, now: world.now() }))
  }
  if (fault?.kind === 'delay' && fault.after !== true) {
    const signal = AbortSignal.any([request.signal, surroundings.closing])
    try {
      await surroundings.sleep(fault.ms ?? 0, signal)
    } catch (error) {
      exchange.note.why = 'the client gave up before the provider handled the request'
      record(context, exchange, { manner: 'hang', delay: 0, answer: { status: 0, headers: {}, body: '' } }, fault)
      throw error
    }
  }
  exchange.now = world.now() + skewSeconds * 1000
  const delivery = decide(context, host, exchange, fault)
  record(context, exchange, delivery, fault)
  context.keep()
  context.deliverDue()
  return deliver(delivery, request, connection, surroundings)
}

/** Here the provider checks and commits. Synchronous. */
function decide(context: HandlerContext, host: Host, exchange: Exchange, fault: Fault | null): Delivery {
  const { world } = context
  const strike = fault === null ? null : { world, exchange, fault, answers: host.faultAnswers }
  const before = strike === null ? null : strikeBefore(strike)
  if (before !== null) return before
  const given = host.answer(world, exchange)
  const answer = { ...given, headers: { ...given.headers, date: new Date(exchange.now).toUTCString() } }
  return strike === null ? { manner: 'whole', delay: 0, answer } : strikeAfter(strike, answer)
}

/** The sandbox's own pages and its control. */
async function own(context: HandlerContext, exchange: Exchange, handler: Handler): Promise<Answer> {
  if (exchange.path.startsWith('/control/')) {
    const refusal = refuseOtherName(exchange, context.world.base())
    const answer = refusal ?? (await control({ ...context, serve: handler }, exchange))
    context.keep()
    context.deliverDue()
    return isFromPage(exchange) ? afterForm(context, exchange, answer) : answer
  }
  const file = exchange.method === 'GET' ? asset(exchange.path) : null
  if (file !== null) return file
  const page =
    exchange.method === 'GET' ? (refuseOtherName(exchange, context.world.base()) ?? ownPage(context, exchange)) : null
  if (page !== null) return page
  return refused(
    exchange,
    'this page does not exist',
    jsonAnswer(404, { error: 'The sandbox has no page at this address.' }),
  )
}

function record(context: HandlerContext, exchange: Exchange, delivery: Delivery, fault: Fault | null): void {
  const { world, journal } = context
  const { note } = exchange
  const known = new Set(world.state.clients.map((client) => client.id))
  const answered = !['refuse', 'reset', 'hang'].includes(delivery.manner)
  journal.add({
    ...note,
    client: note.client !== null && known.has(note.client) ? note.client : null,
    account: world.state.accounts.some((one) => one.id === note.account) ? note.account : null,
    grantType: shownGrantType(note.grantType),
    at: new Date(exchange.now).toISOString(),
    method: exchange.method,
    path: shownPath(exchange.path, known),
    parameters: shownParameters(exchange, known),
    status: answered ? delivery.answer.status : null,
    fault: fault?.kind ?? null,
  })
}

function exchangeOf(
  world: World,
  { request, url, body, connection }: { request: Request; url: URL; body: string; connection: Connection | undefined },
): Exchange {
  return {
    method: request.method,
    url,
    path: url.pathname,
    search: url.search,
    query: url.searchParams,
    headers: request.headers,
    body,
    ip: connection?.incoming.socket.remoteAddress ?? '127.0.0.1',
    now: world.now(),
    note: { provider: null, endpoint: 'page', client: null, account: null, grantType: null, why: null },
  }
}

function endpointOf(host: Host, given: string): string {
  const path = host.canonical?.(given) ?? given
  return Object.hasOwn(host.endpoints, path) ? (host.endpoints[path] ?? '') : host.otherwise
}
