// Checks what a caller asks for, before anything is sent: each failure is one sentence that names the function, the
// parameter and the way out. A parameter that a function does not know is refused, since a misspelt filter would
// otherwise answer too much; `connection.fetch` takes any.

import { z } from 'zod'
import { argumentError, valueError } from '../../core/check.ts'
import { once } from './once.ts'
import { memberAt } from './shape.ts'

/** An instant: a `Date`, or an ISO text that says its offset from UTC, such as `2026-11-23T09:00:00Z`. */
export type Instant = string | Date

/** The check of one value: what may be given, and what is sent. */
export type Parameter<Given> = z.ZodType<unknown, Given>

/** A check for every member of the interface, so that neither can have one that the other lacks. */
type Shape<Given> = { readonly [Name in keyof Given]-?: Parameter<Given[Name]> }

/** An object with these parameters and no other. */
export function parameters<Given extends object>(shape: Shape<Given>): Parameter<Given> {
  const takes = `is not a parameter. The parameters are ${Object.keys(shape).join(', ') || 'none'}. For any other, call connection.fetch`
  const error = ({ code }: { readonly code?: string | undefined }) =>
    code === 'unrecognized_keys' ? takes : 'must be an object'
  return z.strictObject(shape as z.core.$ZodLooseShape, { error }) as unknown as Parameter<Given>
}

/** Returns the parameters to send, without those that are `undefined`. @throws {PunctualError} `invalid_argument` */
export function checkParameters<Given>(
  place: string,
  schema: () => Parameter<Given>,
  given: Given | undefined,
): Record<string, unknown> {
  const { success, data, error } = schema().safeParse(given ?? {})
  if (success) return Object.fromEntries(Object.entries(data as object).filter(([, value]) => value !== undefined))
  const [issue] = error.issues
  if (!issue || (issue.path.length === 0 && issue.code === 'invalid_type'))
    throw argumentError(place, 'the argument must be an object of parameters')
  const isUnknown = issue.code === 'unrecognized_keys'
  const name = nameOf([...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])])
  const isMissing = !isUnknown && memberAt(given, issue.path) === undefined
  throw valueError(place, name, `${isMissing ? 'is missing. It ' : ''}${issue.message}`)
}

/** As a caller writes it: `invitee.questions[0].answer`. */
function nameOf(path: readonly PropertyKey[]): string {
  const written = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return written.replace(/^\./, '')
}

/** Returns a positional argument in the form in which it is sent. @throws {PunctualError} `invalid_argument` */
export function checkArgument<Given>(
  place: string,
  name: string,
  schema: () => Parameter<Given>,
  given: Given,
): string {
  const { success, data, error } = schema().safeParse(given)
  if (success) return String(data)
  throw valueError(place, name, error.issues[0]?.message ?? 'is wrong')
}

/** The query of these values; lists are joined by commas. */
export function queryOf(values: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(values)
  if (entries.length === 0) return ''
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`
}

const aDay = 'a day such as 2026-11-23'
const anInstant = 'an instant: a Date, or a text such as 2026-11-23T09:00:00Z'

export const text: () => z.ZodString = once(() =>
  z.string(must('a text that is not empty')).min(1, must('a text that is not empty')),
)

export const email: () => z.ZodString = once(() =>
  z.string(must('an e-mail address')).regex(/^[^\s@]+@[^\s@]+$/, must('an e-mail address')),
)

export const flag: () => z.ZodBoolean = once(() => z.boolean(must('true or false')))

export const webAddress: () => Parameter<string> = once(() =>
  z.custom<string>(
    (value) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
    must('an address that begins with https://'),
  ),
)

/** Sent as UTC, which is what providers document. */
export const instant: () => Parameter<Instant> = once(() =>
  z.custom<Instant>(isInstant, must(anInstant)).transform(inUtc),
)

/** A day of a calendar. */
export const day: () => Parameter<string> = once(() => z.custom<string>(isDay, must(aDay)))

export const dayOrInstant: () => Parameter<Instant> = once(() =>
  z
    .custom<Instant>((value) => isDay(value) || isInstant(value), must(`${aDay}, or ${anInstant}`))
    .transform((value) => (isDay(value) ? value : inUtc(value))),
)

/** A time on a wall clock. */
export const wallTime: () => z.ZodString = once(() =>
  z.string(must('a time such as 09:00')).regex(/^([01]\d|2[0-3]):[0-5]\d$/, must('a time such as 09:00')),
)

/** Whatever JSON can say, by name. */
export const fields: () => z.ZodRecord<z.ZodString, z.ZodUnknown> = once(() =>
  z.record(z.string(), z.unknown(), must('an object')),
)

export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const range =
    most === Number.MAX_SAFE_INTEGER ? `a whole number, ${least} or more` : `a whole number, ${least} to ${most}`
  return z.int(must(range)).min(least, must(range)).max(most, must(range))
}

export function oneOf<const Word extends string | number>(...words: readonly Word[]): z.ZodLiteral<Word> {
  return z.literal(words, must(`one of ${words.join(', ')}`))
}

/** Refuses more than so many; with `least` 1, an empty list too. */
export function listOf<Item>(
  item: Parameter<Item>,
  { least = 0, most = 1000 }: { readonly least?: number; readonly most?: number } = {},
): z.ZodArray<Parameter<Item>> {
  const tooLong = must(`a list of at most ${most}`)
  const range = most < 1000 ? tooLong : must(least > 0 ? 'a list that is not empty' : 'a list')
  return z.array(item, range).min(least, range).max(most, tooLong)
}

function must(be: string): { readonly error: string } {
  return { error: `must be ${be}` }
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
}

function inUtc(value: Instant): string {
  return typeof value === 'string' && value.endsWith('Z') ? value : new Date(value).toISOString()
}

function isInstant(value: unknown): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  const said = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value)
  return said && !Number.isNaN(Date.parse(value as string))
}
