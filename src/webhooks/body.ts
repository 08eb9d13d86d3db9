// Reads the whole body of a request, within a limit of bytes and of time. It never holds more bytes than that.

import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../core/http.ts'

/**
 * Returns the bytes. `too_long`: there are more than `limitBytes`. `broken`: the body did not arrive completely.
 * `read_before`: other code in this process, such as a body parser, has read it.
 */
export async function readBody(
  clock: Clock,
  request: Request,
  limitBytes: number,
  deadlineMs: number,
): Promise<Uint8Array | 'too_long' | 'broken' | 'read_before'> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (request.bodyUsed || request.body?.locked) return 'read_before'
  if (announced > limitBytes) {
    void request.body?.cancel().catch(() => {})
    return 'too_long'
  }
  if (!request.body) return noBytes()
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  try {
    return await withDeadline(clock, deadlineMs, undefined, async () => {
      for (let size = 0; ; ) {
        const { done, value } = await reader.read()
        if (done) return size === 0 ? noBytes() : Buffer.concat(chunks)
        size += value.byteLength
        if (size > limitBytes) return 'too_long'
        chunks.push(value)
      }
    })
  } catch {
    return 'broken'
  } finally {
    // Ends the stream, if it has not ended already.
    void reader.cancel().catch(() => {})
  }

  function noBytes(): Uint8Array | 'read_before' {
    return announced > 0 ? 'read_before' : new Uint8Array()
  }
}
