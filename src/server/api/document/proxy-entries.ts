// The entries of the proxy route, which has no operation: it passes on whatever it gets.

import type { RouteConfig } from '@hono/zod-openapi'
import { proxyPattern } from '../proxy/proxy.ts'
import type { ProblemCode } from '../request/codes.ts'
import { z } from '../request/zod.ts'
import { id } from '../schemas/common.ts'
import { exampleConnection } from '../schemas/examples.ts'
import { problemsOf, usualHeaders } from './entry.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

const codes: readonly ProblemCode[] = [
  'invalid_argument',
  'unauthorized',
  'forbidden',
  'connection_not_found',
  'request_timeout',
  'needs_reconnect',
  'body_too_large',
  'rate_limited',
  'too_many_requests',
  'client_misconfigured',
  'unexpected',
  'provider_unavailable',
  'store_unavailable',
]

const description = `Adds the token of the connection, waits for its turn within the provider’s limits, and streams the answer with its own
status and headers. A path has the form that the provider documents, with its query. Your own authorization, cookies and addresses are not
passed on. HEAD and OPTIONS work too.

Scope: \`calls\`.`

export function proxyEntries(documents: string): RouteConfig[] {
  const anything = { '*/*': { schema: z.unknown().meta({ description: 'What the provider documents.' }) } }
  const writes = (method: string) => method !== 'get' && method !== 'delete'
  return methods.map((method) => ({
    operationId: `${method}ThroughProxy`,
    method,
    path: proxyPattern,
    tags: ['Proxy'],
    summary: `${method.toUpperCase()} at the provider’s own API`,
    description,
    security: [{ apiKey: ['calls'] }],
    request: {
      params: z.object({
        id: id('The id of the connection.', exampleConnection.id),
        path: id('The provider’s path. It may have slashes, which are not encoded.', 'users/me'),
      }),
      ...(writes(method) && { body: { required: false, content: anything } }),
    },
    responses: {
      200: {
        description: 'The provider’s answer, of whatever status.',
        headers: {
          ...usualHeaders,
          'Punctual-Failure': {
            description:
              'What a failure of the provider means: a code and its reason, such as provider_refused not_found. Left out otherwise.',
            schema: { type: 'string' },
          },
        },
        content: anything,
      },
      ...problemsOf(codes, documents),
    },
  }))
}
