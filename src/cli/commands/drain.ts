// The end of a server that others still send requests to. The system resets connections that it has accepted and the process
// has not yet seen, so the port is closed only when no request has come for a while. Until then the process says that it is
// not ready, and asks each client to use another connection.

type Answer = (request: Request) => Response | Promise<Response>

const quietMs = 250
const longestMs = 5000

export interface Drain {
  /** Passes requests on. */
  readonly fetch: Answer
  /** Resolves when no request has come for a quarter of a second, or after 5 seconds. */
  whenQuiet(): Promise<void>
}

export function createDrain(answer: Answer): Drain {
  let isStopping = false
  let lastAt = 0
  return {
    fetch(request) {
      if (!isStopping) return answer(request)
      lastAt = performance.now()
      return new URL(request.url).pathname.endsWith('/readyz') ? notReady() : closing(answer(request))
    },
    async whenQuiet() {
      isStopping = true
      const began = performance.now()
      lastAt = began
      for (let leftMs = quietMs; leftMs > 0; ) {
        await new Promise((resolve) => setTimeout(resolve, leftMs))
        await whatHasArrived()
        const now = performance.now()
        leftMs = Math.min(lastAt + quietMs, began + longestMs) - now
      }
    },
  }
}

/** A process that was held up sees its timer before the connections and requests that have come meanwhile. */
async function whatHasArrived(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function closing(response: Response | Promise<Response>): Promise<Response> {
  const { status, statusText, headers, body } = await response
  return new Response(body, { status, statusText, headers: [...headers, ['connection', 'close']] })
}

function notReady(): Response {
  const headers = { connection: 'close', 'cache-control': 'no-store' }
  return Response.json({ status: 'not_ready', reason: 'stopping' }, { status: 503, headers })
}
