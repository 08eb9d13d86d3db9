// Reads the body of a request whole, within a limit of bytes and of time: it never holds more than that.

import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../core/http.ts'

/**
 * The bytes; `too_long`: more than `limit` of them; `broken`: they stopped coming; `read_before`: somebody else in this
 * process, such as a body parser, has had them.
 */
export async function readBody(
  clock: Clock,
  request: Request,
  limit: number,
  deadline: number,
): Promise<Uint8Array | 'too_long' | 'broken' | 'read_before'> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (request.bodyUsed || request.body?.locked) return 'read_before'
  if (announced > limit) {
    void request.body?.cancel().catch(() => {})
    return 'too_long'
  }
  if (!request.body) return nothing()
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  try {
    return await withDeadline(clock, deadline, undefined, async () => {
      for (let size = 0; ; ) {
        const { done, value } = await reader.read()
        if (done) return size === 0 ? nothing() : Buffer.concat(chunks)
        size += value.byteLength
        if (size > limit) return 'too_long'
        chunks.push(value)
      }
    })
  } catch {
    return 'broken'
  } finally {
    // Ends the stream unless it has ended by itself.
    void reader.cancel().catch(() => {})
  }

  function nothing(): Uint8Array | 'read_before' {
    return announced > 0 ? 'read_before' : new Uint8Array()
  }
}
