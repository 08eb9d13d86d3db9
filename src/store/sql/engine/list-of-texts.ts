// A list of texts as the values of a statement: SQL has a parameter for each of them, so there is a statement for each
// length. The lists are short: as long as a dispatcher has slots, or little more.

import type { RawBuilder } from 'kysely'
import type { Placeholders } from './parameters.ts'
import type { Statement } from './statement.ts'

/** Texts of a list as the values of a statement: `text0`, `text1`, … */
export type Numbered = Readonly<Record<`text${number}`, string>>

export function numbered(texts: readonly string[]): Numbered {
  const values: Record<`text${number}`, string> = {}
  for (const [index, text] of texts.entries()) values[`text${index}`] = text
  return values
}

export function listed(values: Placeholders<Numbered>, count: number): RawBuilder<string>[] {
  return Array.from({ length: count }, (_, index) => values[`text${index}`] as RawBuilder<string>)
}

/** A statement for each length of a list. */
export function perCount<Values, Row>(
  make: (count: number) => Statement<Values, Row>,
): (count: number) => Statement<Values, Row> {
  const made = new Map<number, Statement<Values, Row>>()
  return (count) => {
    const known = made.get(count) ?? make(count)
    made.set(count, known)
    return known
  }
}
