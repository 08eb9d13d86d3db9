// What is known of a request besides its answer: for its line in the log, its span and its metrics. Each part that handles
// the request fills in what it knows.

export interface RequestFacts {
  /** The caller's own `X-Request-Id`, or one that was made here. */
  readonly requestId: string
  /** The pattern that the address matches, such as `/v1/connections/{id}`: never the address, which has ids in it. */
  route: string | null
  /** The connection that the request is about. */
  connection: string | null
  /** The id of its API key. */
  apiKey: string | null
  /** What the answer says is wrong. Its sentence may have words of the request in it. */
  problem: { readonly code: string; readonly reason: string | null } | null
}

export function newRequestFacts(requestId: string): RequestFacts {
  return { requestId, route: null, connection: null, apiKey: null, problem: null }
}
