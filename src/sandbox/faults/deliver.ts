// Sends an answer in the manner that a fault chooses. Over a socket a reset is a real one; without a socket it is
// the rejection that `fetch` gives. Nothing here touches the state: the provider has decided before.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Answer } from '../http/exchange.ts'
import type { Delivery } from './strike.ts'

/** The socket's side of a request, when there is one. */
export interface Connection {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** What delivery needs of its surroundings. */
export interface Surroundings {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal
}

/** The response, or the failure that the client is to see. */
export async function deliver(
  delivery: Delivery,
  request: Request,
  connection: Connection | undefined,
  surroundings: Surroundings,
): Promise<Response> {
  const { manner, answer } = delivery
  const signal = (): AbortSignal => AbortSignal.any([request.signal, surroundings.closing])
  if (delivery.delay > 0) await surroundings.sleep(delivery.delay, signal())
  switch (manner) {
    case 'whole':
      return toResponse(answer)
    case 'hang':
      await aborted(signal())
      if (connection === undefined) throw request.signal.reason ?? lost('ECONNRESET')
      return cut(connection)
    case 'refuse':
      if (connection === undefined) throw lost('ECONNREFUSED')
      return cut(connection)
    case 'reset':
      if (connection === undefined) throw lost('ECONNRESET')
      return cut(connection)
    case 'truncated':
      return connection === undefined ? truncated(answer) : truncatedOnSocket(answer, connection)
    case 'endless':
      return endless(answer, signal(), surroundings)
  }
}

/** An answer as the platform's Response. */
export function toResponse(answer: Answer): Response {
  return new Response(textOf(answer) || null, { status: answer.status, headers: answer.headers })
}

function textOf(answer: Answer): string {
  return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
}

function lost(code: 'ECONNRESET' | 'ECONNREFUSED'): TypeError {
  const cause = Object.assign(new Error(code === 'ECONNRESET' ? 'read ECONNRESET' : 'connect ECONNREFUSED'), { code })
  return new TypeError('fetch failed', { cause })
}

function cut({ incoming }: Connection): Response {
  incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function halfOf(answer: Answer): Uint8Array {
  const bytes = Buffer.from(textOf(answer))
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

function truncated(answer: Answer): Response {
  let sent = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent) return controller.error(new TypeError('terminated', { cause: lost('ECONNRESET').cause }))
        sent = true
        controller.enqueue(halfOf(answer))
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: answer.status, headers: answer.headers })
}

async function truncatedOnSocket(answer: Answer, { outgoing }: Connection): Promise<Response> {
  const length = Buffer.byteLength(textOf(answer))
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': length })
  await new Promise<void>((resolve) => outgoing.write(halfOf(answer), () => resolve()))
  outgoing.socket?.destroy()
  return RESPONSE_ALREADY_SENT
}

/** JSON that begins like the real answer and goes on with blanks, 64 KiB at a time, until the reader gives up. */
function endless(answer: Answer, signal: AbortSignal, { sleep }: Surroundings): Response {
  const blanks = Buffer.alloc(65_536, ' ')
  const opening = Buffer.from(textOf(answer).slice(0, -1))
  let opened = false
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (opened) await sleep(5, signal)
        controller.enqueue(opened ? blanks : opening)
        opened = true
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: answer.status, headers: answer.headers })
}
