// How every command prints what it has found: for a person a table or a list of fields, for a program (`--json`) one line of
// JSON for each item of a list, or one object.

import { withEscapedSigns } from '../../core/json.ts'
import { shownText } from './shown-text.ts'
import { tableLines } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Where a command prints, and for whom. */
export interface Output {
  readonly terminal: Terminal
  readonly json: boolean
}

export interface Column<Item> {
  readonly head: string
  readonly of: (item: Item) => string
  /** Whether the terminal may cut it. What a person copies is not cut. */
  readonly mayCut?: boolean
}

export interface Listing<Item> {
  /** For a program it is printed at once. */
  add(item: Item): void
  /** Prints the table; `nothing` where it is empty. Returns how many items there were. */
  end(nothing: string): number
}

/** JSON for a program, which a person may look at. */
export function jsonText(value: unknown, indent = 0): string {
  return withEscapedSigns(JSON.stringify(value, null, indent))
}

export function createListing<Item>(columns: readonly Column<Item>[], { terminal, json }: Output): Listing<Item> {
  const rows: string[][] = []
  let count = 0
  return {
    add(item) {
      count++
      if (json) terminal.line(jsonText(item))
      else rows.push(columns.map(({ of }) => of(item)))
    },
    end(nothing) {
      if (json) return count
      if (count === 0) {
        terminal.line(nothing)
        return 0
      }
      const head = columns.map(({ head }) => head)
      const mayCut = columns.flatMap((column, index) => (column.mayCut ? [index] : []))
      const [first = '', ...others] = tableLines(head, rows, { width: terminal.width, mayCut })
      terminal.line(terminal.paint('bold', first))
      for (const line of others) terminal.line(line)
      return count
    },
  }
}

/** Prints one thing: its fields for a person, the object for a program. */
export function printOne(
  object: object,
  fields: readonly (readonly [name: string, value: string])[],
  { terminal, json }: Output,
): void {
  if (json) {
    terminal.line(jsonText(object, 2))
    return
  }
  const width = Math.max(0, ...fields.map(([name]) => name.length))
  for (const [name, value] of fields)
    terminal.line(`${terminal.paint('bold', name.padEnd(width))}  ${shownText(value)}`)
}
