// A table for a person: columns that stand below each other, and fit the terminal.

import { columnsOf, cutTo, shownText } from './shown-text.ts'

export interface TableOptions {
  /** Columns of the terminal; `null`: nothing is cut. */
  readonly width?: number | null
  /** The numbers of the columns that may be cut. An id is copied, so its column is not. */
  readonly mayCut?: readonly number[]
}

const gap = 2
/** No column gets smaller than that. */
const leastWidth = 8

/** Returns the head and the rows, each with two spaces between its columns and none at its end. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width = null, mayCut = [] }: TableOptions = {},
): readonly string[] {
  const all = [head, ...rows].map((row) => row.map(shownText))
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, columnsOf(row[column] ?? '')), 0))
  if (width !== null) narrow(widths, width, mayCut)
  return all.map((row) => {
    const cells = row.map((cell, column) => {
      const text = cutTo(cell, widths[column] ?? 0)
      return text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(text)))
    })
    return cells.join(' '.repeat(gap)).trimEnd()
  })
}

/** Takes from the widest column that may be cut, until all fit or none can give more. */
function narrow(widths: number[], width: number, mayCut: readonly number[]): void {
  const total = () => widths.reduce((sum, one) => sum + one, gap * (widths.length - 1))
  while (total() > width) {
    const widest = [...mayCut].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0]
    if (widest === undefined || (widths[widest] ?? 0) <= leastWidth) return
    widths[widest] = (widths[widest] ?? 0) - 1
  }
}
