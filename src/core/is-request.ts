// Whether a value is a request as the standard has it.

/** Node's own request, as Express and Fastify pass it, has no `Headers`. */
export function isRequest(value: unknown): string | null {
  const request = value as Partial<Request> | null | undefined
  if (typeof request?.url === 'string' && typeof request.headers?.get === 'function') return null
  return 'must be a Request. In node:http, Express and Fastify, mount nodeListener(punctual) of punctual/node instead'
}
