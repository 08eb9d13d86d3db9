// Reads the body of a request, of a bounded length and in a bounded time.

const limitBytes = 1_048_576
const usualDeadlineMs = 30_000

/** Returns the text of the body; or the status that says why it was not read: 413 or 408. */
export async function readBody(request: Request, deadlineMs: number = usualDeadlineMs): Promise<string | 408 | 413> {
  if (request.method === 'GET' || request.method === 'HEAD' || !request.body) return ''
  const reader = request.body.getReader()
  const end = () => void reader.cancel().catch(() => {})
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    end()
  }, deadlineMs)
  try {
    const chunks: Uint8Array[] = []
    let size = Number(request.headers.get('content-length') ?? '0') > limitBytes ? Number.POSITIVE_INFINITY : 0
    while (size <= limitBytes) {
      const { done, value } = await reader.read()
      if (isLate) return 408
      if (done) return new TextDecoder().decode(Buffer.concat(chunks))
      size += value.byteLength
      chunks.push(value)
    }
    end()
    return 413
  } finally {
    clearTimeout(timer)
  }
}
