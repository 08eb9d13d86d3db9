// The types of columns.

import type { ColumnType } from 'kysely'

/** Written once. */
export type Fixed<Type> = ColumnType<Type, Type, never>

export type Flag = 0 | 1
