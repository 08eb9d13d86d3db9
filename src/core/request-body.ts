// Reads the body of a request that somebody else sends, within a limit of bytes and of time. It never holds more bytes than
// that, and waits for none longer. The body of every request is read here.

import type { Clock } from './clock.ts'
import { TransportError, withDeadline } from './http.ts'

export interface BodyLimits {
  readonly clock: Clock
  /** Milliseconds for all that is read. */
  readonly deadlineMs: number
  readonly limitBytes: number
}

/**
 * Why a body was not read. `too_long`: it has more bytes than the limit. `too_late`: it was not there at the deadline.
 * `broken`: it did not arrive completely. `read_before`: other code in this process, such as a body parser, has read it.
 */
export type Unread = 'too_long' | 'too_late' | 'broken' | 'read_before'

/** Returns the bytes of the whole body, or why it was not read. */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer> | Unread> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (request.bodyUsed || request.body?.locked) return 'read_before'
  if (announced > limits.limitBytes) {
    void request.body?.cancel().catch(() => {})
    return 'too_long'
  }
  const reader = request.body?.getReader()
  const read = reader ? await readBeginning(reader, limits) : nothing
  if (typeof read === 'string') return read
  if (!read.isWhole) {
    void reader?.cancel().catch(() => {})
    return 'too_long'
  }
  return read.size === 0 && announced > 0 ? 'read_before' : Buffer.concat(read.chunks)
}

export interface Beginning {
  readonly chunks: readonly Uint8Array[]
  readonly size: number
  /** `false`: it has more bytes than the limit, and the reader has the rest. */
  readonly isWhole: boolean
}

const nothing: Beginning = { chunks: [], size: 0, isWhole: true }

/** Reads until there are more bytes than the limit. What fails ends the stream. */
export async function readBeginning(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { clock, deadlineMs, limitBytes }: BodyLimits,
): Promise<Beginning | 'too_late' | 'broken'> {
  const chunks: Uint8Array[] = []
  try {
    return await withDeadline(clock, deadlineMs, undefined, async () => {
      for (let size = 0; ; ) {
        const { done, value } = await reader.read()
        if (done) return { chunks, size, isWhole: true }
        size += value.byteLength
        chunks.push(value)
        if (size > limitBytes) return { chunks, size, isWhole: false }
      }
    })
  } catch (error) {
    void reader.cancel().catch(() => {})
    return error instanceof TransportError ? 'too_late' : 'broken'
  }
}
