// Checks the parts of a request against the schemas of its operation. Every mistake becomes a sentence with its place.

import { type BodyLimits, readBody } from './body.ts'
import { assertWellFormed } from './encoding.ts'
import type { Operation } from './operation.ts'
import { ApiError } from './problem.ts'
import type { InputMistake } from './wording.ts'
import { z } from './zod.ts'

export interface RawInput {
  readonly request: Request
  readonly params: Readonly<Record<string, string>>
}

const noQuery = z.strictObject({})
/** As many as a person reads. */
const mostMistakes = 20
const mostNames = 3
const longestName = 40
const partNames = { params: 'path', query: 'query', headers: 'header', body: 'body' } as const

/** @throws {ApiError} `invalid_argument` with the first mistakes, and what `readBody` throws. */
export async function parseInput(
  operation: Operation,
  { request, params }: RawInput,
  limits: BodyLimits,
): Promise<Parameters<Operation['handle']>[0]> {
  assertWellFormed(operation.path, request.url)
  const given = {
    params,
    query: queryOf(new URL(request.url).searchParams),
    headers: headersOf(request.headers, operation.headers),
    body: operation.body ? await readBody(request, limits) : undefined,
  }
  const mistakes: InputMistake[] = []
  const parse = (part: keyof typeof partNames, schema: z.ZodType | undefined): unknown => {
    const result = schema?.safeParse(given[part], { error: sentenceOf })
    if (!result || result.success) return result?.data
    for (const { path, message } of result.error.issues.slice(0, mostMistakes - mistakes.length)) {
      const place = [partNames[part], ...path].map((name) => String(name).slice(0, longestName))
      mistakes.push({ path: place.join('.'), sentence: message })
    }
    return undefined
  }
  const input = {
    params: parse('params', operation.params),
    query: parse('query', operation.query ?? noQuery),
    headers: parse('headers', operation.headers),
    body: parse('body', operation.body?.schema),
  }
  const [first] = mistakes
  if (!first) return input as Parameters<Operation['handle']>[0]
  throw new ApiError('invalid_argument', `${first.path} ${first.sentence}.`, { errors: mistakes })
}

/** A name that is given twice has a list of values. Each parameter is looked at once, however many there are. */
export function queryOf(given: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const values = new Map<string, string[]>()
  for (const [name, value] of given) {
    const earlier = values.get(name)
    if (earlier) earlier.push(value)
    else values.set(name, [value])
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]))
}

/** Only the headers that the operation knows. */
function headersOf(given: Headers, schema: z.ZodType | undefined): Readonly<Record<string, string>> {
  const { shape = {} } = (schema ?? {}) as { shape?: object }
  return Object.fromEntries(
    Object.keys(shape).flatMap((name) => {
      const value = given.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

/** What is wrong, as the rest of a sentence that begins with the place. A schema's own sentence comes first. */
function sentenceOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing. It must be ${nouns[issue.expected] ?? issue.expected}`
        : `must be ${nouns[issue.expected] ?? issue.expected}`
    case 'unrecognized_keys':
      return `has ${namesOf(issue.keys)}, which is not known here. ${knownIn(issue.inst)}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`.replace(/, ([^,]+)$/, ' or $1')
    case 'too_small':
      return `must ${rangeOf(issue.origin)} ${issue.minimum} at least`
    case 'too_big':
      return `must ${rangeOf(issue.origin)} ${issue.maximum} at most`
    case 'invalid_union':
      return 'is not of a form that is accepted here'
    default:
      return 'is not valid'
  }
}

/** The first of them, and how many more there are. */
function namesOf(names: readonly string[]): string {
  const first = names.slice(0, mostNames).map((name) => name.slice(0, longestName))
  return names.length > mostNames ? `${first.join(', ')} and ${names.length - mostNames} more` : first.join(', ')
}

const rangeOf = (origin: string): string =>
  origin === 'string' ? 'have a length of' : origin === 'array' ? 'have a number of items of' : 'be'

function knownIn(schema: unknown): string {
  const { shape = {} } = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def ?? {}
  const names = Object.keys(shape)
  return names.length === 0 ? 'Nothing is accepted here' : `Known are: ${names.join(', ')}`
}
