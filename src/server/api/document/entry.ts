// The entry of an operation in the OpenAPI document: its parts, its answer, and every problem that it may end with.

import type { RouteConfig } from '@hono/zod-openapi'
import { type ProblemCode, problemKinds } from '../request/codes.ts'
import type { Operation } from '../request/operation.ts'
import type { Problem } from '../request/problem.ts'
import { z } from '../request/zod.ts'

const problemSchema = z
  .object({
    type: z.string().openapi({ format: 'uri', description: 'The address of the page that explains the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'A sentence for a person: what is wrong, and what to do.' }),
    code: z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]),
    reason: z.string().nullable().openapi({ description: 'A word that says more than the code.' }),
    retryAfterMs: z.number().nullable().openapi({ description: 'Milliseconds to wait before another try.' }),
    requestId: z.string(),
    scopes: z.array(z.string()).optional().openapi({ description: 'The scopes that are missing.' }),
    errors: z
      .array(z.object({ path: z.string(), sentence: z.string() }))
      .optional()
      .openapi({ description: 'Each mistake of the request, with its place.' }),
  })
  .openapi('Problem', { description: 'What went wrong, as RFC 9457 writes it.' })

/** The answer for an error, as a schema. Its type in TypeScript is `Problem`. */
export const problem: z.ZodType<Problem> = problemSchema as unknown as z.ZodType<Problem>

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
export function codesOf({ errors, body }: Operation): readonly ProblemCode[] {
  return [...new Set([...always, ...(body ? withBody : []), ...errors])]
}

/** The example of a problem. `documents`: the page with an entry for each code. */
export function exampleProblem(code: ProblemCode, documents: string): Problem {
  const { status, title } = problemKinds[code]
  const isLater = [409, 429, 503].includes(status) && code !== 'needs_reconnect' && code !== 'account_mismatch'
  return {
    type: `${documents}#${code}`,
    title,
    status,
    detail: `${title}.`,
    code,
    reason: null,
    retryAfterMs: isLater ? 5000 : null,
    requestId: 'req_8Zb1cQk2mV0x',
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
      [answer.status]: { description: answer.description, content: json(answer.schema, answer.example) },
      ...problemsOf(codesOf(operation), documents),
    },
  }
}

function problemsOf(codes: readonly ProblemCode[], documents: string): RouteConfig['responses'] {
  const byStatus = Map.groupBy(codes, (code) => problemKinds[code].status)
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, group]) => [
        status,
        {
          description: group.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join('\n'),
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
