// The response to a call that only reads. A body of up to 256 KiB is read before the caller gets the response, so that
// a call whose body breaks off can be repeated. A longer body is handed on while it still comes: neither kept in memory
// nor copied. The deadline of the call and the limit of its length go on with it.

import { describesTransfer, mostBodyBytes, tooLong } from './api-response.ts'
import type { Work } from './deadline.ts'
import { withReadBody } from './read-body.ts'

export interface StreamedResponse {
  readonly response: Response
  /** Whether the body is still coming. The work ends with it: at its end, or when it is cancelled or cut off. */
  readonly isComing: boolean
}

const mostReadAheadBytes = 262_144

const bySize = { highWaterMark: 65_536, size: (chunk: Uint8Array) => chunk.byteLength }

/**
 * Reads the beginning of the body. What keeps the rest of a long body from coming is given to the caller who reads it,
 * as `errorOf` says.
 *
 * @throws what kept the beginning of the body from coming.
 */
export async function streamedResponse(
  original: Response,
  work: Work,
  errorOf: (cause: unknown) => unknown,
): Promise<StreamedResponse> {
  const reader = original.body?.getReader()
  if (!reader) return { response: copyOf(original, null), isComing: false }
  const beginning = await readBeginning(reader, work)
  if (beginning.isWhole) return { response: withReadBody(original, beginning.chunks), isComing: false }
  return { response: copyOf(original, restOf(reader, beginning, work, errorOf)), isComing: true }
}

/**
 * The response itself is its copy's options: a server of the host application may have replaced `Response` by one that
 * would keep and share headers that it is given, and those of a fetch cannot be changed.
 */
function copyOf(original: Response, body: ReadableStream<Uint8Array> | null): Response {
  const response = new Response(body, original)
  if (body) for (const name of describesTransfer) response.headers.delete(name)
  return Object.defineProperty(response, 'url', { value: original.url })
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

interface Beginning {
  readonly chunks: readonly Uint8Array[]
  readonly size: number
  readonly isWhole: boolean
}

async function readBeginning(reader: Reader, work: Work): Promise<Beginning> {
  // A source that knows no signal would go on.
  work.whenCutOff((reason) => void reader.cancel(reason).catch(() => {}))
  const chunks: Uint8Array[] = []
  let size = 0
  while (size <= mostReadAheadBytes) {
    const { done, value } = await reader.read()
    if (done) return { chunks, size, isWhole: true }
    chunks.push(value)
    size += value.byteLength
  }
  return { chunks, size, isWhole: false }
}

/** A body that begins with what has been read, and goes on. */
function restOf(
  reader: Reader,
  beginning: Beginning,
  work: Work,
  errorOf: (cause: unknown) => unknown,
): ReadableStream<Uint8Array> {
  let { size } = beginning
  let isOver = false

  function start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    for (const chunk of beginning.chunks) controller.enqueue(chunk)
    work.whenCutOff((reason) => fail(controller, reason))
  }

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await reader.read()
      if (isOver) return
      if (done) {
        end()
        controller.close()
        return
      }
      size += value.byteLength
      if (size > mostBodyBytes) throw tooLong()
      controller.enqueue(value)
    } catch (cause) {
      fail(controller, cause)
    }
  }

  function fail(controller: ReadableStreamDefaultController<Uint8Array>, cause: unknown): void {
    if (isOver) return
    end()
    controller.error(errorOf(cause))
    // The rest of the body is not wanted, and what becomes of it does not matter.
    reader.cancel(cause).catch(() => {})
  }

  function cancel(reason: unknown): Promise<void> {
    end()
    return reader.cancel(reason)
  }

  function end(): void {
    isOver = true
    work.end()
  }

  return new ReadableStream({ start, pull, cancel }, bySize)
}
