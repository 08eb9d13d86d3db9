// White space around what people type, which nobody means: a name, an address, an answer. It is taken away before anything is
// checked, so that it makes no difference, neither to the checks nor to whether a request is the same one.

import { isObject } from '../core/json.ts'

/**
 * Returns a copy without it in these members: texts, and those in lists and plain objects. What has a wrong form stays as it
 * is, for the checks to name.
 */
export function withoutOuterSpace<Given>(given: Given, ...members: readonly (keyof Given & string)[]): Given {
  if (!isObject(given)) return given
  const typed = members.filter((name) => name in given).map((name) => [name, trimmed(given[name])])
  return { ...given, ...Object.fromEntries(typed) }
}

function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) return value.map(trimmed)
  if (!isObject(value) || !isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, trimmed(inner)]))
}

/** Not of another kind, such as a `Map`, whose entries nobody would read. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
