// The shape of what a provider's API returns. Only what a caller relies on has to be there; fields without a name here
// are kept, so that a provider may add to its responses.

import { z } from 'zod'
import { once } from './once.ts'

/** A schema, made when it is first used. */
export type Schema<Value> = () => z.ZodType<Value>

/** One of these words, or one that the provider has added since. */
export type Open<Word extends string> = Word | (string & {})

/** A schema for every member of the interface, so that neither can have one that the other lacks. */
type Members<Value> = { readonly [Name in keyof Value]-?: z.ZodType<Value[Name]> }

/** The schema of an object that the provider returns; fields beyond the interface are kept. */
export function shapeOf<Value extends object>(members: Members<Value>): z.ZodType<Value> {
  return z.looseObject(members as z.core.$ZodLooseShape) as unknown as z.ZodType<Value>
}

/** A field that may be `null`, or missing. */
export function maybe<Value>(schema: z.ZodType<Value>): z.ZodType<Value | null | undefined> {
  return schema.nullish()
}

export const maybeText: Schema<string | null | undefined> = once(() => maybe(z.string()))

export const maybeNumber: Schema<number | null | undefined> = once(() => maybe(z.number()))

export const maybeFlag: Schema<boolean | null | undefined> = once(() => maybe(z.boolean()))

/** Whatever JSON can say, by name. */
export const maybeFields: Schema<Record<string, unknown> | null | undefined> = once(() =>
  maybe(z.record(z.string(), z.unknown())),
)

/** Returns the member at the end of a path; `undefined` if it does not exist. */
export function memberAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const name of path) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[name]
  return found
}
