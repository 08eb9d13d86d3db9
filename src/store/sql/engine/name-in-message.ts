// The part of a database's message that may be repeated: the name of a table, a column or a constraint.

/** The text if it is a name, alone or with the table's before it; else `null`. */
export function nameIn(text: unknown): string | null {
  return typeof text === 'string' && /^\w{1,63}(\.\w{1,63}){0,2}$/.test(text) ? text : null
}
