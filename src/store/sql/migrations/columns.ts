// The columns of a new table, by their types: the same in every engine.

import type { CreateTableBuilder } from 'kysely'

interface Columns {
  readonly text?: readonly string[]
  readonly optionalText?: readonly string[]
  readonly bigint?: readonly string[]
  readonly optionalBigint?: readonly string[]
}

export function columns<Table extends string, Known extends string>(
  table: CreateTableBuilder<Table, Known>,
  { text = [], optionalText = [], bigint = [], optionalBigint = [] }: Columns,
): CreateTableBuilder<Table, string> {
  let builder: CreateTableBuilder<Table, string> = table
  for (const name of text) builder = builder.addColumn(name, 'text', (column) => column.notNull())
  for (const name of optionalText) builder = builder.addColumn(name, 'text')
  for (const name of bigint) builder = builder.addColumn(name, 'bigint', (column) => column.notNull())
  for (const name of optionalBigint) builder = builder.addColumn(name, 'bigint')
  return builder
}
