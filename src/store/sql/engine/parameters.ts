// What a statement has in place of values until it runs: an object that the run replaces. So a statement is built and
// compiled once, whatever its values are.

import { type RawBuilder, sql } from 'kysely'

/** Stands for the value of that name, or for the time at which the statement runs. */
export type Parameter = { readonly name: string } | { readonly time: () => number }

/** The values of a statement while it is built: expressions that stand for them. */
export type Placeholders<Values> = { readonly [Name in keyof Values]: RawBuilder<Values[Name]> }

/** Placeholders for whatever values a statement names. */
export function placeholders<Values>(): Placeholders<Values> {
  return new Proxy({} as Placeholders<Values>, {
    get: (_, name) => stand({ name: String(name) }),
    ownKeys() {
      throw new TypeError('the placeholders of a statement are not known: name them, instead of spreading them')
    },
  })
}

/** An expression for the time that `time` returns when the statement runs, in whole ms. */
export function clockReading(time: () => number): RawBuilder<number> {
  return stand({ time })
}

function stand<Type>(parameter: Parameter): RawBuilder<Type> {
  return sql<Type>`${parameter}`
}

/**
 * The parameters of a statement that runs now. It reads each clock once, and so sees one time. Numbers are rounded: no
 * column holds a fraction.
 */
export function fill(parameters: readonly unknown[], values: object): unknown[] {
  const times = new Map<Parameter, number>()
  return parameters.map((parameter) => {
    if (typeof parameter !== 'object' || parameter === null) return parameter
    const stood = parameter as Parameter
    if ('name' in stood) return whole((values as Record<string, unknown>)[stood.name])
    const time = times.get(stood) ?? Math.floor(stood.time())
    times.set(stood, time)
    return time
  })
}

function whole(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value) : value
}
