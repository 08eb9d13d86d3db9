// The entry of an operation in the OpenAPI document: its parts, its answer, and every problem that it may end with.

import type { RouteConfig } from '@hono/zod-openapi'
import { type ProblemCode, problemKinds } from '../request/codes.ts'
import type { Operation } from '../request/operation.ts'
import type { Problem } from '../request/problem.ts'
import { named, z } from '../request/zod.ts'
import { exampleIds } from '../schemas/examples.ts'

const problemSchema = z
  .object({
    type: z.string().meta({ format: 'uri', description: 'The address of the page that explains the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'A sentence for a person: what is wrong, and what to do.' }),
    code: z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]),
    reason: z.string().nullable().meta({ description: 'A word that says more than the code.' }),
    retryable: z.boolean().meta({ description: 'Whether the same request may succeed later without anybody’s help.' }),
    retryAfterMs: z.int().nullable().meta({ description: 'Milliseconds to wait before another try.' }),
    requestId: z.string(),
    scopes: z.array(z.string()).optional().meta({ description: 'The scopes that are missing.' }),
    replacedBy: z
      .string()
      .optional()
      .meta({ description: 'For booking_moved: the id of the booking that replaces the named one.' }),
    errors: z
      .array(z.object({ path: z.string(), sentence: z.string() }))
      .optional()
      .meta({ description: 'Each mistake of the request, with its place.' }),
  })
  .meta(named('Problem', { description: 'What went wrong, as RFC 9457 writes it.' }))

/** The answer for an error, as a schema. Its type in TypeScript is `Problem`. */
export const problem: z.ZodType<Problem> = problemSchema as unknown as z.ZodType<Problem>

type Headers = Readonly<Record<string, { readonly $ref: string }>>
const headerOf = (name: string) => ({ $ref: `#/components/headers/${name}` })

/** The headers of every answer to a request with a key. */
export const usualHeaders: Headers = Object.fromEntries(
  ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'].map((name) => [name, headerOf(name)]),
)
const retryAfter = headerOf('Retry-After')

/** What the references to headers lead to. */
export const headerComponents = {
  'X-Request-Id': {
    description: 'Names the request in the log of the service. Yours, if you sent a plain one.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'r: the requests that the API key has left; t: the seconds until it has all again.',
    schema: { type: 'string' },
    example: '"default";r=598;t=41',
  },
  'RateLimit-Policy': {
    description: 'q: the requests of an API key in w seconds.',
    schema: { type: 'string' },
    example: '"default";q=600;w=60',
  },
  'Retry-After': {
    description: 'Seconds to wait before another try, where that is known.',
    schema: { type: 'integer' },
  },
} as const

const always: readonly ProblemCode[] = [
  'invalid_argument',
  'unauthorized',
  'forbidden',
  'too_many_requests',
  'unexpected',
  'store_unavailable',
  'operation_timeout',
]
const withBody: readonly ProblemCode[] = ['request_timeout', 'body_too_large', 'unsupported_media_type']

/** Every code that an operation may fail with. */
export function codesOf({ errors, body, about }: Operation): readonly ProblemCode[] {
  const unknown = about ? ([`${about}_not_found`] as const) : []
  return [...new Set([...always, ...(body ? withBody : []), ...unknown, ...errors])]
}

/** The example of a problem. `documents`: the page with an entry for each code. */
export function exampleProblem(code: ProblemCode, documents: string): Problem {
  const { status, title, retryable } = problemKinds[code]
  return {
    type: `${documents}#${code}`,
    title,
    status,
    detail: `${title}.`,
    code,
    reason: null,
    retryable,
    retryAfterMs: retryable && status !== 408 && status !== 500 ? 5000 : null,
    requestId: 'req_8Zb1cQk2mV0x6TqLw3sYdA',
    ...(code === 'booking_moved' && { replacedBy: exampleIds.booking }),
  }
}

export function entryOf(operation: Operation, documents: string): RouteConfig {
  const { id, method, path, tag, scope, summary, description, params, query, headers, body, answer } = operation
  const json = (schema: z.ZodType, example: unknown) => ({ 'application/json': { schema, example } })
  return {
    operationId: id,
    method,
    path,
    tags: [tag],
    summary,
    description: [description, `Scope: \`${scope}\`.`].filter(Boolean).join('\n\n'),
    security: [{ apiKey: [scope] }],
    request: {
      ...(params && { params: params as z.ZodObject }),
      ...(query && { query: query as z.ZodObject }),
      ...(headers && { headers: headers as z.ZodObject }),
      ...(body && {
        body: { required: !body.schema.safeParse({}).success, content: json(body.schema, body.example) },
      }),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        headers: usualHeaders,
        content: json(answer.schema, answer.example),
      },
      ...problemsOf(codesOf(operation), documents),
    },
  }
}

export function problemsOf(codes: readonly ProblemCode[], documents: string): RouteConfig['responses'] {
  const byStatus = Map.groupBy(codes, (code) => problemKinds[code].status)
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, group]) => [
        status,
        {
          description: group.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join('\n'),
          headers: group.some((code) => problemKinds[code].retryable)
            ? { ...usualHeaders, 'Retry-After': retryAfter }
            : usualHeaders,
          content: {
            'application/problem+json': {
              schema: problemSchema,
              examples: Object.fromEntries(group.map((code) => [code, { value: exampleProblem(code, documents) }])),
            },
          },
        },
      ]),
  )
}
