// What the schemas of the API have in common: instants, lists in pages, and objects that have every member of an interface.

import type { Pages } from '../../../core/calls.ts'
import type { Check } from '../../../core/check.ts'
import { time } from '../../../scheduling/instants.ts'
import { inServiceWords } from '../request/wording.ts'
import { named, z } from '../request/zod.ts'

/** A schema for every member of the interface, so that neither can have one that the other lacks. */
export type Members<Value> = { readonly [Name in keyof Value]-?: z.ZodType<Value[Name]> }

/** The schema of an object of ours, under its name in the document. */
export function shape<Value extends object>(name: string, members: Members<Value>): z.ZodType<Value> {
  return z.object(members as z.core.$ZodLooseShape).meta(named(name)) as unknown as z.ZodType<Value>
}

/** The schema of an object that is only a part of another one. */
export function part<Value extends object>(members: Members<Value>): z.ZodType<Value> {
  return z.object(members as z.core.$ZodLooseShape) as unknown as z.ZodType<Value>
}

export const text: z.ZodString = z.string()
export const textOrNull: z.ZodType<string | null> = z.string().nullable()
export const numberOrNull: z.ZodType<number | null> = z.number().nullable()
export const flag: z.ZodBoolean = z.boolean()
export const flagOrNull: z.ZodType<boolean | null> = z.boolean().nullable()
export const whole: z.ZodType<number> = z.int()
export const raw: z.ZodType<unknown> = z.unknown().meta({ description: 'The provider’s own answer.' })

/** A moment in UTC. */
export const instant: z.ZodType<string> = z.string().meta({ format: 'date-time' })
export const instantOrNull: z.ZodType<string | null> = z.string().nullable().meta({ format: 'date-time' })

/** A text that the library's own check accepts: so it is refused together with every other mistake of the request. */
export function checkedText(check: Check): z.ZodString {
  return z.string().superRefine((value, context) => {
    // White space around a text makes no difference to the library.
    const problem = check(value.trim(), true)
    if (problem !== null) context.addIssue({ code: 'custom', message: inServiceWords(problem) })
  })
}

/** An instant that a request gives. */
export const givenInstant: z.ZodString = checkedText(time).meta({ format: 'date-time' })

/** An object of ours that may be missing. The document then has `anyOf`, which `null` satisfies beside a reference. */
export function orNull<Value>(schema: z.ZodType<Value>): z.ZodType<Value | null> {
  return z.union([schema, z.null()])
}

/** A word of the list, or one that a provider has added since. */
export function openWord<Word extends string>(...words: readonly Word[]): z.ZodType<Word | (string & {})> {
  return z.string().meta({ description: `One of ${words.join(', ')}, or a word that a provider has added since.` })
}

/** An id in a path. */
export function id(description: string, example: string): z.ZodType<string> {
  return z.string().min(1).max(2048).meta({ description, example })
}

/** Where the next page of a list begins. */
export const cursor: z.ZodOptional<z.ZodString> = z.string().max(8192).optional().meta({
  description: 'The cursor of the previous page of the same list, with the same filters. Default: the first page.',
})

/** How many items a page has. */
export const limit: z.ZodOptional<z.ZodType<number>> = wholeInQuery(1, 200)
  .optional()
  .meta({ description: 'The items of a page: 1 to 200. Default 50.', example: 50 as never })

export const usualLimit = 50

/** The cursor of an answer. */
export const nextCursor: z.ZodType<string | null> = z
  .string()
  .nullable()
  .meta({ description: 'Where the next page begins; null at the end of the list.' })

/** A whole number that arrives as a text. */
export function wholeInQuery(least: number, most: number): z.ZodType<number> {
  const sentence = `must be a whole number from ${least} to ${most}`
  const isInRange = (value: string) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most
  return z
    .string()
    .refine(isInRange, { error: sentence })
    .transform(Number)
    .meta({ type: 'integer', minimum: least, maximum: most })
}

/** A yes or no that arrives as a text. */
export function flagInQuery(description: string): z.ZodOptional<z.ZodType<boolean>> {
  return z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .meta({ type: 'boolean', enum: [true, false] })
    .optional()
    .meta({ description })
}

/** One or several of a list of words: a name that may be given more than once. */
export function wordsInQuery<Word extends string>(
  words: readonly Word[],
  description: string,
): z.ZodOptional<z.ZodType<Word[]>> {
  const word = z.enum(words as readonly [Word, ...Word[]])
  return z
    .union([word, z.array(word)], { error: `must be one or several of ${words.join(', ')}` })
    .transform((given) => [given].flat() as Word[])
    .optional()
    .meta({ description })
}

/** Reads one page of a list. */
export async function pageOf<Item>(
  pages: Pages<Item>,
  most: number = usualLimit,
): Promise<{ items: Item[]; cursor: string | null }> {
  const items: Item[] = []
  for await (const item of pages) {
    items.push(item)
    if (items.length >= most) break
  }
  return { items, cursor: pages.position }
}
