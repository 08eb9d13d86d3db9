// The body of a request on its way to the provider. Its beginning is read before the call: a short body is then whole, and
// can be sent again with a refreshed token. A longer one is passed on while it comes; no more of it is kept than one chunk.

import type { Clock } from '../../../core/clock.ts'
import { readBeginning } from '../../../core/request-body.ts'
import { ApiError } from '../request/problem.ts'

const readAheadBytes = 65_536
/** As many as a response may have. */
const mostBytes = 33_554_432

export interface ForwardedBody {
  /** `null`: none. */
  readonly content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
  /** Why it could not be passed on to its end: its own fault, or the caller's. */
  failure(): ApiError | null
}

export interface ForwardedBodyInit {
  readonly clock: Clock
  /** Milliseconds in which its beginning must arrive. */
  readonly timeoutMs: number
}

const none: ForwardedBody = { content: null, failure: () => null }

/** @throws {ApiError} `invalid_argument`, `body_too_large`, `request_timeout` */
export async function forwardedBody(request: Request, { clock, timeoutMs }: ForwardedBodyInit): Promise<ForwardedBody> {
  const { method, headers } = request
  const length = headers.get('content-length')
  const coding = headers.get('transfer-encoding')
  if (length !== null && coding !== null) throw wrong('has both Content-Length and Transfer-Encoding')
  if (length !== null && !/^\d{1,15}$/.test(length)) throw wrong('has a Content-Length that is not a number')
  if (coding !== null && !/^chunked$/i.test(coding)) throw wrong('has a Transfer-Encoding that is not "chunked"')
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
    if (coding !== null || Number(length ?? 0) > 0) throw wrong(`with ${method} has a body, and must not`)
    return none
  }
  if (Number(length ?? 0) > mostBytes) throw tooLarge()
  if (!request.body) return none
  const reader = request.body.getReader()
  const read = await readBeginning(reader, { clock, deadlineMs: timeoutMs, limitBytes: readAheadBytes })
  if (read === 'too_late') throw tooSlow()
  if (read === 'broken') throw wrong('has a body that did not arrive completely')
  const { chunks, size, isWhole } = read
  if (!isWhole) return streamed(reader, chunks, size)
  return size === 0 ? none : { content: Buffer.concat(chunks), failure: () => null }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

function streamed(reader: Reader, beginning: readonly Uint8Array[], read: number): ForwardedBody {
  let size = read
  let failure: ApiError | null = tooSlow()

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await reader.read()
      if (done) {
        failure = null
        return controller.close()
      }
      size += value.byteLength
      if (size > mostBytes) {
        failure = tooLarge()
        throw failure
      }
      controller.enqueue(value)
    } catch (error) {
      controller.error(error)
      void reader.cancel().catch(() => {})
    }
  }

  const content = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        for (const chunk of beginning) controller.enqueue(chunk)
      },
      pull,
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return { content, failure: () => failure }
}

function wrong(problem: string): ApiError {
  return new ApiError('invalid_argument', `The request ${problem}.`, { errors: [{ path: 'body', sentence: problem }] })
}

function tooLarge(): ApiError {
  return new ApiError('body_too_large', `A body that is passed on has ${mostBytes / 1_048_576} MiB at most.`)
}

function tooSlow(): ApiError {
  return new ApiError(
    'request_timeout',
    'The body did not arrive in time. The provider got nothing, or only a part of it.',
  )
}
