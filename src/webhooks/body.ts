// Reads the body of a request whole, within a limit of bytes and of time: it never holds more than that.

import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../core/http.ts'

/** The bytes; `too_long`: more than `limit` of them; `broken`: they stopped coming. */
export async function readBody(
  clock: Clock,
  request: Request,
  limit: number,
  deadline: number,
): Promise<Uint8Array | 'too_long' | 'broken'> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) {
    void request.body?.cancel().catch(() => {})
    return 'too_long'
  }
  if (!request.body) return new Uint8Array()
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  try {
    return await withDeadline(clock, deadline, undefined, async () => {
      for (let size = 0; ; ) {
        const { done, value } = await reader.read()
        if (done) return Buffer.concat(chunks)
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
}
